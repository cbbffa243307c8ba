/** Run what others gave us to run: a cleanup, a listener. What it throws is its own business and must not reach who happens to run it. */
export function quietly(run: () => void): void {
  try {
    run()
  } catch {
    // Nobody is there to be told: the caller's error would hit the wrong call.
  }
}
