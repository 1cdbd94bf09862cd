// How far a batch has come, as a bar in parts; each part has its words and its number.
import type { BatchProgress } from "maytapi";
import { whole } from "../../words.ts";
import { b } from "../words.ts";

/** In the order in which they stand. */
const ORDER = ["queued", "failed", "refused", "unknown", "skipped", "cancelled", "posted", "waiting"] as const;
/** Of what is not over yet. */
const OPEN: readonly string[] = ["posted", "waiting"];

type Counted = Pick<BatchProgress, "counts">;

export function Parts({ batch, legend = false }: { batch: Counted; legend?: boolean }) {
  const parts = partsOf(batch);
  const all = parts.reduce((sum, { n }) => sum + n, 0);
  const done = parts.filter(({ part }) => !OPEN.includes(part)).reduce((sum, { n }) => sum + n, 0);
  const words = [b.batch.progressText(whole(done), whole(all)), ...parts.map(({ part, n }) => `${b.batch.parts[part]} ${whole(n)}`)].join(", ");
  return (
    <>
      <div class="parts" role="progressbar" aria-label={b.batch.progress} aria-valuemin={0} aria-valuemax={all} aria-valuenow={done} aria-valuetext={words}>
        {parts.map(({ part, n }) => (
          <span key={part} class={`part part-${part}`} style={{ flexGrow: n }} />
        ))}
      </div>
      {legend ? (
        <ul class="legend">
          {parts.map(({ part, n }) => (
            <li key={part} data-part={part}>
              <span class={`part-mark part-${part}`} aria-hidden="true" />
              {b.batch.parts[part]} <b>{whole(n)}</b>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

/** What was queued and failed later counts as that alone. */
function partsOf({ counts }: Counted): { part: (typeof ORDER)[number]; n: number }[] {
  const failed = counts.failed ?? 0;
  return ORDER.map((part) => ({ part, n: part === "queued" ? Math.max(0, counts.queued - failed) : (counts[part] ?? 0) })).filter(({ n }) => n > 0);
}
