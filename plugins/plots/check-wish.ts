import { type FigureWish, PluginError } from '@cardcage/plugin'

/** @throws {PluginError} `invalid-call` for a size that cannot be drawn or a locale that is none */
export function checkWish({ width, height, locale }: FigureWish): void {
  for (const [name, length] of Object.entries({ width, height })) {
    if (!(length >= 40 && length <= 20_000)) {
      throw new PluginError('invalid-call', `${name} is ${length} pixels; a figure can be drawn from 40 to 20000`)
    }
  }
  try {
    Intl.getCanonicalLocales(locale)
  } catch (cause) {
    throw new PluginError('invalid-call', `'${locale}' is no locale`, { cause, hint: 'Give a BCP 47 tag such as en, de-CH or pt-BR.' })
  }
}
