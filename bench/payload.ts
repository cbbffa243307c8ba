/** Params of a call as callers send them; 220 bytes of JSON. */
export const params = {
  series: 'temperature',
  from: '2024-01-01T00:00:00Z',
  to: '2024-12-31T23:59:59Z',
  window: 24,
  weights: [0.05, 0.1, 0.2, 0.3, 0.2, 0.1, 0.05],
  note: 'moving average over a day, centred; missing are left out, as in the paper.',
}

/** The same as text. */
export const text = JSON.stringify(params)
if (Buffer.byteLength(text) !== 220) throw new Error(`the payload has ${Buffer.byteLength(text)} bytes`)

/** Bytes of one MiB. */
export const megabyte = 2 ** 20
