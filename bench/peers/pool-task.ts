/** Returns what it was given. */
export default function echo(params: unknown): unknown {
  return params
}
