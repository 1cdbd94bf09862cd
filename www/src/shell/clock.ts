// The time, for what is said in minutes: it moves on while somebody looks.
import { signal } from "@preact/signals";

const STEP_MS = 15_000;

export const now = signal(Date.now());

/** Moves on from now on. A page that was asleep is right again when it is looked at. */
export function startClock(): void {
  const tick = (): void => {
    now.value = Date.now();
  };
  setInterval(tick, STEP_MS);
  addEventListener("visibilitychange", tick);
}
