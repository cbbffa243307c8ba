import { type Definition, PluginError, type Provides } from '@cardcage/plugin'
import type { Assignment } from '../assignment.ts'
import { provideChronos } from './chronos.ts'
import { provideFormat } from './distributed-transformer.ts'
import { compareManifest } from './compare-manifest.ts'
import { findPlugin, fits } from './find-plugin.ts'
import { type Guide, type GuideContext, guideOf } from './guide.ts'
import { guideLogger } from './guide-logger.ts'
import { begin, end } from './life-cycle.ts'
import { joinBus, provideHandlers } from './panotti.ts'
import { provideProcessing } from './platform-base.ts'
import { provideEnrichment } from './recommendation.ts'

/** How a plugin of one guide is known, and what makes the contract's kinds of it. */
interface Form {
  readonly methods: readonly string[]
  provide(guide: Guide): Promise<Provides>
}

const forms: readonly Form[] = [
  { methods: ['analyze', 'importData', 'createVisualization'], provide: provideChronos },
  { methods: ['createFormat'], provide: provideFormat },
  { methods: ['execute'], provide: provideProcessing },
  { methods: ['handleEvent'], provide: provideHandlers },
  { methods: ['enrichUserProfile'], provide: provideEnrichment },
]

/**
 * The definition of an entry module in a guide's form: a class, a factory or an object with the methods of one of the five guides, or of several.
 */
export function guideDefinition(module: unknown, assignment: Assignment): Definition {
  return {
    async setup(context) {
      const ctx = context as GuideContext
      const methods = forms.flatMap((form) => form.methods)
      const plugin = await findPlugin(module, assignment, methods, guideLogger(ctx.log))
      const guide = guideOf(plugin, ctx, assignment.form)
      if (guide.has('handleEvent')) joinBus(guide)
      ctx.defer(() => end(guide))
      try {
        compareManifest(guide)
        await begin(guide)
        const provided = await Promise.all(forms.filter((form) => fits(plugin, form.methods)).map((form) => form.provide(guide)))
        return Object.assign({}, ...provided) as Provides
      } catch (error) {
        await end(guide).catch((late: unknown) =>
          ctx.log.error('The cleanup after a failed start failed', { error: PluginError.from(late) }),
        )
        throw error
      }
    },
  }
}
