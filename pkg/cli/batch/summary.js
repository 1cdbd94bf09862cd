// What became of a batch, in words: how many, which of them to look at, and what to do next.
// @ts-check
import { EXIT } from "../exit.js";

/** How many rows are named; how many there are is told as well. */
const NAMED = 20;

/** @typedef {import("../../index.js").Batch} Batch */
/** @typedef {import("../../index.js").BatchProgress} BatchProgress */

/** @type {Record<string, string>} */
const WAITS = { quiet_hours: "quiet hours", daily_cap: "today's share is sent", limit: "the proxy's limits", phone: "the phone isn't active", storage: "the proxy's storage", start: "its start" };

/**
 * @param {ReturnType<typeof import("./progress.js").progressLine>} line
 * @param {BatchProgress} progress
 */
export function tellProgress(line, { state, counts, waiting }) {
  const { waiting: open, posted, ...ended } = rowsOf(counts);
  const done = Object.values(ended).reduce((sum, count) => sum + count, 0);
  const why = state === "running" && waiting ? WAITS[waiting.for] : undefined;
  const until = waiting?.until === undefined ? "" : ` until ${new Date(waiting.until).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
  line.show(why === undefined ? state : `waits, ${why}${until}:`, done, done + open + posted);
}

/**
 * @param {import("../../node.js").MaytapiClient} client
 * @param {Batch} batch
 * @param {AbortSignal} signal
 * @returns {Promise<{ exit: number, lines: string[] }>}
 */
export async function summaryOf(client, { id, state, size, reason, counts }, signal) {
  const parts = Object.entries(rowsOf(counts)).flatMap(([name, count]) => (count > 0 ? [`${count.toLocaleString("en")} ${name === "posted" ? "under way" : name}`] : []));
  const late = counts.failed ? ` ${counts.failed.toLocaleString("en")} of those queued could not be delivered.` : "";
  const lines = [`${id} is ${state}${reason ? ` (${reason})` : ""}: ${parts.join(", ")} of ${size.toLocaleString("en")}.${late}`];
  const refused = await named(client, id, "refused", counts.refused, signal);
  const unknown = await named(client, id, "unknown", counts.unknown, signal);
  if (refused) lines.push(`Refused: ${refused}. To send them once more: the same table with --retry ${id}`);
  if (unknown) lines.push(`Unknown, which may have been sent: ${unknown}. Look into these chats before you write to them again.`);
  if (state === "held" || state === "paused") lines.push(`It waits for you. To go on: maytapi batch --resume ${id}; to end it: maytapi batch --cancel ${id}`);
  if (state === "running") lines.push(`To follow it: maytapi batch --follow ${id}; to stop it: maytapi batch --pause ${id}`);
  return { exit: exitOfBatch(state, counts), lines };
}

/**
 * @param {import("../../node.js").MaytapiClient} client
 * @param {string} id
 * @param {"refused" | "unknown"} state
 * @param {number} count
 * @param {AbortSignal} signal
 */
async function named(client, id, state, count, signal) {
  if (!(count > 0)) return undefined;
  const rows = [];
  for await (const { row, ref, code } of client.batches.results(id, { states: [state], signal })) {
    if (rows.length === NAMED) break;
    rows.push(`${ref ?? `row ${row}`}${code ? ` (${code})` : ""}`);
  }
  return `${rows.join(", ")}${count > rows.length ? ` and ${(count - rows.length).toLocaleString("en")} more` : ""}`;
}

/** @param {Batch["state"]} state @param {Batch["counts"]} counts */
function exitOfBatch(state, counts) {
  if (counts.unknown > 0) return EXIT.unknown;
  if (state === "held" || state === "paused") return EXIT.waits;
  return counts.refused > 0 || counts.cancelled > 0 || (counts.failed ?? 0) > 0 ? EXIT.refused : EXIT.done;
}

/** Without what counts a row for a second time. @param {Batch["counts"]} counts */
function rowsOf({ waiting, posted, queued, refused, unknown, skipped, cancelled }) {
  return { waiting, posted, queued, refused, unknown, skipped, cancelled };
}
