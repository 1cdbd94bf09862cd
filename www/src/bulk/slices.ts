// Long work in slices, so that the page goes on hearing whoever types and scrolls.

/** So long the page may be deaf; a frame has 16 ms. */
const SLICE_MS = 10;
/** The clock is asked no more often than this. */
const AT_ONCE = 20;

/** Does `each` for 0 to `count`, with pauses; ends early where `isWanted` says so. Tells whether it came to the end. */
export async function inSlices(count: number, each: (index: number) => void, isWanted: () => boolean = () => true): Promise<boolean> {
  let until = performance.now() + SLICE_MS;
  for (let index = 0; index < count; index += 1) {
    each(index);
    if (index % AT_ONCE === AT_ONCE - 1 && performance.now() > until) {
      await breathe();
      if (!isWanted()) return false;
      until = performance.now() + SLICE_MS;
    }
  }
  return isWanted();
}

/** Lets everything else that waits have its turn. */
export function breathe(): Promise<void> {
  const { scheduler } = globalThis as { scheduler?: { yield?: () => Promise<void> } };
  return scheduler?.yield ? scheduler.yield() : new Promise((resolve) => setTimeout(resolve));
}
