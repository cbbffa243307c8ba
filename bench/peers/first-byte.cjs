// As little as a Node process can do that somebody notices.
require('node:fs').writeSync(3, '!')
