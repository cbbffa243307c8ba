// As little as a Node process can do that somebody notices.
process.getBuiltinModule('node:fs').writeSync(3, '!')
