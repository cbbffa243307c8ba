import type { Call, Figure, FigureWish, Plugin, PluginContext, Provides } from '@cardcage/plugin'
import plots from '../index.ts'

/** What the plugin provides, set up without a host; for tests. */
export async function provided(plugin: Plugin = plots): Promise<Provides> {
  return (plugin as Plugin & { setup(ctx: PluginContext): Promise<Provides> }).setup({ config: {} } as PluginContext)
}

/** Draw with a plot of this plugin; the warnings are collected. */
export async function draw(
  name: 'line' | 'heatmap' | 'custom_heatmap',
  data: unknown,
  wish: Partial<FigureWish> = {},
  params: object = { palette: 'auto' },
): Promise<Figure & { body: string; warnings: string[] }> {
  const { visualization = {} } = await provided()
  const warnings: string[] = []
  const call = {
    warn: (message: string) => warnings.push(message),
    wish: { mediaType: 'image/svg+xml', width: 900, height: 450, theme: 'light', locale: 'en', ...wish },
  } as unknown as Call & { wish: FigureWish }
  const plot = visualization[name] as { run(inputs: object, params: object, call: Call): Promise<Figure & { body: string }> }
  return { ...(await plot.run({ data }, params, call)), warnings }
}
