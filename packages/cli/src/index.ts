// For programs that embed a kernel: where the plugins that come with Cardcage lie.
export { builtinPlugins } from './locate.ts'
