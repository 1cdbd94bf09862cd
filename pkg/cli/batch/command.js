// `maytapi batch`: a table of recipients and a template, checked row by row, handed to the edge proxy, and followed to its end.
// @ts-check
import { BatchError, MaytapiError } from "../../node.js";
import { CONNECTION, clientOf, PROXY } from "../connection.js";
import { EXIT, Stop } from "../exit.js";
import { exitOf, tell } from "../failure.js";
import { bytesFrom, jsonFrom } from "../input.js";
import { progressLine } from "./progress.js";
import { batchRows, checkedRows, mappingOf } from "./recipients.js";
import { summaryOf, tellProgress } from "./summary.js";
import { MOST_BYTES, tableOf } from "./table.js";

/** How many faults are printed; how many there are is told as well. */
const SHOWN_FAULTS = 20;
const STEERING = /** @type {const} */ (["pause", "resume", "cancel"]);

/** @typedef {import("../../node.js").MaytapiClient} Client */
/** @typedef {import("../main.js").Given} Given */

/** @type {import("../main.js").Command} */
export const batch = {
  usage: "maytapi batch <table.csv> [options]",
  about: "sends one message to many recipients, at the pace of the edge proxy",
  details: [
    "Reads a table as CSV, in UTF-8, UTF-16 or Windows-1252, with commas, semicolons or tabs. Its first row names the columns; {{name}} in the template is the column of that name, and {{name|there}} says what stands there where a row has none.",
    "Every row is checked before the first one leaves. Numbers are never repaired: one that a spreadsheet has turned into 1.2E+10 is a fault of its row. Then the proxy takes the rows, and sends them even if this command ends: it follows until the last row has its outcome, and Ctrl-C says how to go on.",
  ],
  options: {
    text: { type: "string", value: "text", about: "The text to send." },
    template: { type: "string", value: "file", about: "The message to send, as JSON without toNumber." },
    to: { type: "string", value: "column", about: "Where the recipients stand. Default: a column called to, phone, number or the like." },
    ref: { type: "string", value: "column", about: "Your own key of each row, by which outcomes name it. Not the phone number. Default: the row's number." },
    "dry-run": { type: "boolean", about: "Checks everything and sends nothing." },
    "skip-invalid": { type: "boolean", about: "Skips rows with faults, in place of refusing the table." },
    "per-minute": { type: "string", value: "count", about: "How many a minute, at most as many as the proxy allows." },
    "daily-cap": { type: "string", value: "count", about: "How many a day." },
    quiet: { type: "string", value: "hours", about: 'When nothing is sent: "21:00-08:00 Europe/Berlin".' },
    "start-at": { type: "string", value: "time", about: "Not before: 2026-12-01T09:00:00+01:00" },
    "expires-at": { type: "string", value: "time", about: "What is late by then is not sent." },
    "no-follow": { type: "boolean", about: "Ends when the batch has started." },
    continue: { type: "string", value: "id", about: "Goes on with an upload that broke off; with the same table and options." },
    retry: { type: "string", value: "id", about: "Sends the rows that this batch had refused once more; with the same table." },
    follow: { type: "string", value: "id", about: "Follows a batch that is there already." },
    pause: { type: "string", value: "id", about: "Stops a batch until it is resumed." },
    resume: { type: "string", value: "id", about: "Goes on with one that is paused or held." },
    cancel: { type: "string", value: "id", about: "Ends one; what waits is not sent." },
    "idempotency-key": { type: "string", value: "key", about: "The same key makes the same batch, however often it is asked for." },
    ...CONNECTION,
    json: { type: "boolean", about: "Prints the outcome as JSON." },
  },
  environment: PROXY,
  examples: [
    'maytapi batch people.csv --text "Hi {{name}}" --dry-run',
    "maytapi batch people.csv --template offer.json --to Cell",
    "maytapi batch --follow b_4711",
  ],

  async run(given) {
    const { text, files } = given;
    const asked = ["follow", ...STEERING, "continue", "retry"].filter((name) => text(name) !== undefined);
    if (asked.length > 1) throw new Stop(EXIT.usage, `Give one of ${asked.map((name) => `--${name}`).join(" and ")}.`);
    const known = STEERING.find((name) => text(name) !== undefined);
    if (known !== undefined || text("follow") !== undefined) {
      if (files.length > 0) throw new Stop(EXIT.usage, `--${known ?? "follow"} is about a batch that is there: it takes no table.`);
      return withClient(given, (client, signal) => (known === undefined ? follow(client, String(text("follow")), signal, given) : steer(client, known, given)));
    }
    const prepared = await prepare(given);
    if (prepared.exit !== undefined) return prepared.exit;
    return withClient(given, (client, signal) => upload(client, prepared, signal, given));
  },
};

/**
 * Everything that can be said without the proxy.
 * @param {Given} given
 */
async function prepare(given) {
  const { text, has, files, out, err, env } = given;
  const plan = planOf(given);
  const template = await templateOf(text);
  const table = tableOf(await bytesFrom(files, MOST_BYTES));
  const mapping = mappingOf(table, template, { to: text("to"), ref: text("ref") });
  if (table.encoding !== "utf-8") err.text(`The table was read as ${table.encoding}.`);
  if (mapping.absent.length > 0) err.text(err.yellow(`The table has no column for ${mapping.absent.map((name) => `{{${name}}}`).join(", ")}: every row gets the fallback.`));

  const progress = progressLine(process.stderr, env);
  const seen = new Set();
  const faults = [];
  let [rows, wrong, duplicates, count] = [0, 0, 0, 0];
  for (const checked of checkedRows(table, mapping, template)) {
    rows += 1;
    wrong += checked.faults.length > 0 ? 1 : 0;
    count += checked.faults.length;
    faults.push(...checked.faults.slice(0, SHOWN_FAULTS - faults.length));
    if (checked.to !== undefined) duplicates += seen.size === seen.add(checked.to).size ? 1 : 0;
    progress.show("checked", rows, 0);
  }
  progress.end();
  const refused = rows === 0 || (wrong > 0 && !has("skip-invalid"));
  if (has("json") && (has("dry-run") || refused)) out.line(JSON.stringify({ rows, invalid: wrong, duplicates, faults, count }));
  else {
    for (const fault of faults) err.text(`${err.red(`row ${fault.line}`)} ${fault.path}: ${fault.message}`);
    if (count > faults.length) err.text(`and ${(count - faults.length).toLocaleString("en")} more faults`);
    const words = [plural(rows, "row"), ...(wrong > 0 ? [`${wrong.toLocaleString("en")} with faults`] : []), ...(duplicates > 0 ? [`${duplicates.toLocaleString("en")} with a recipient that stood before, which will be skipped`] : [])];
    (refused || !has("dry-run") ? err : out).text(`${words.join(", ")}.${refused ? " Nothing was sent." : has("dry-run") ? " Nothing was sent: this was a dry run." : ""}`);
  }
  const exit = refused ? EXIT.refused : has("dry-run") ? EXIT.done : undefined;
  const batchOf = function* () {
    for (const { row, fault } of batchRows(table, mapping)) if (fault === undefined) yield row;
  };
  return { exit, template, plan, rows: batchOf, total: rows };
}

/**
 * @param {Client} client
 * @param {Awaited<ReturnType<typeof prepare>>} prepared
 * @param {AbortSignal} signal
 * @param {Given} given
 */
async function upload(client, { template, plan, rows, total }, signal, given) {
  const { text, has, env, err } = given;
  const progress = progressLine(process.stderr, env);
  let id = "";
  const options = {
    signal,
    start: true,
    onProgress(/** @type {import("../../index.js").UploadProgress} */ told) {
      id = told.id;
      progress.show("uploaded", told.rows, total);
    },
  };
  try {
    const [toContinue, toRetry, key] = [text("continue"), text("retry"), text("idempotency-key")];
    const whole = { template, skipInvalid: has("skip-invalid") || undefined, ...plan, ...options, ...(key === undefined ? {} : { idempotencyKey: key }) };
    const made = toContinue !== undefined
      ? await client.batches.continue(toContinue, rows(), options)
      : toRetry !== undefined ? await client.batches.retryFailed(toRetry, rows(), whole) : await client.batches.create(rows(), whole);
    progress.end();
    if (made === undefined) {
      err.text("Nothing of that batch was refused: there is nothing to send again.");
      return EXIT.done;
    }
    if (has("no-follow")) return told(client, made.id, signal, given);
    err.text(`${made.id} has started.${made.endsAt === undefined ? "" : ` Its last row is likely to leave at ${new Date(made.endsAt).toLocaleString()}.`}`);
    return follow(client, made.id, signal, given);
  } catch (error) {
    progress.end();
    if (id !== "" && (signal.aborted || (error instanceof MaytapiError && error.retryable === "yes"))) err.text(`The upload broke off; nothing is sent before it is whole. To go on: the same command with --continue ${id}`);
    throw error;
  }
}

/**
 * @param {Client} client
 * @param {string} id
 * @param {AbortSignal} signal
 * @param {Given} given
 */
async function follow(client, id, signal, given) {
  const { env, err } = given;
  const progress = progressLine(process.stderr, env);
  try {
    for await (const now of client.batches.follow(id, { signal })) {
      tellProgress(progress, now);
      if (now.state === "held" || now.state === "paused") break;
    }
    progress.end();
    return await told(client, id, signal, given);
  } catch (error) {
    progress.end();
    err.text(`The proxy goes on with ${id} by itself. To follow it again: maytapi batch --follow ${id}; to stop it: maytapi batch --pause ${id}`);
    throw error;
  }
}

/**
 * @param {Client} client
 * @param {typeof STEERING[number]} what
 * @param {Given} given
 */
async function steer(client, what, given) {
  const { id, state } = await client.batches[what](String(given.text(what)));
  given.out.line(`${id} ${state}`);
  return EXIT.done;
}

/**
 * What became of a batch, on the standard output.
 * @param {Client} client
 * @param {string} id
 * @param {AbortSignal} signal
 * @param {Given} given
 */
async function told(client, id, signal, { has, out, err }) {
  const batch = await client.batches.get(id, { signal });
  if (has("json")) out.line(JSON.stringify(batch));
  const { exit, lines } = await summaryOf(client, batch, signal);
  if (!has("json")) for (const line of lines) out.text(line);
  else for (const line of lines.slice(1)) err.text(line);
  return exit;
}

/**
 * @param {Given} given
 * @param {(client: Client, signal: AbortSignal) => Promise<number>} use
 */
async function withClient({ text, env, has, out, err }, use) {
  const client = clientOf(text, env);
  const controller = new AbortController();
  const interrupt = () => {
    // Asked twice: at once.
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  try {
    return await use(client, controller.signal);
  } catch (error) {
    if (controller.signal.aborted) return EXIT.interrupted;
    if (!(error instanceof MaytapiError)) throw error;
    if (has("json")) out.line(JSON.stringify({ error }));
    tell(error, err);
    if (error instanceof BatchError) {
      for (const { row, path, message } of error.faults.slice(0, SHOWN_FAULTS)) err.text(`${row === undefined ? "" : `the batch's row ${row} `}${path}: ${message}`, 2);
      if (error.count > SHOWN_FAULTS) err.text(`${error.count.toLocaleString("en")} faults in all`, 2);
    }
    return exitOf(error);
  } finally {
    process.off("SIGINT", interrupt);
    client.free();
  }
}

/** @param {import("../main.js").Text} text @returns {Promise<import("../../index.js").MessageTemplate>} */
async function templateOf(text) {
  const [words, file] = [text("text"), text("template")];
  if ((words === undefined) === (file === undefined)) throw new Stop(EXIT.usage, "Give what to send: --text, or --template with a message's JSON.");
  if (words !== undefined) return { type: "text", message: words };
  return /** @type {import("../../index.js").MessageTemplate} */ (await jsonFrom([String(file)]));
}

/** @param {Given} given */
function planOf({ text }) {
  const count = (/** @type {string} */ name) => {
    const value = text(name);
    if (value === undefined) return undefined;
    if (!/^[1-9]\d{0,6}$/.test(value)) throw new Stop(EXIT.usage, `--${name}: give a number above zero.`);
    return Number(value);
  };
  const time = (/** @type {string} */ name) => {
    const value = text(name);
    if (value === undefined) return undefined;
    const at = new Date(value);
    if (Number.isNaN(at.getTime()) || !/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(value)) throw new Stop(EXIT.usage, `--${name}: give a time with its zone: 2026-12-01T09:00:00+01:00`);
    return at;
  };
  const hours = text("quiet");
  const [, from = "", to = "", zone = ""] = /^(\d\d:\d\d)-(\d\d:\d\d) ([\w/+-]+)$/.exec(hours ?? "") ?? [];
  if (hours !== undefined && zone === "") throw new Stop(EXIT.usage, '--quiet: give hours and a time zone: "21:00-08:00 Europe/Berlin"');
  return { perMinute: count("per-minute"), dailyCap: count("daily-cap"), quiet: hours === undefined ? undefined : { from, to, zone }, startAt: time("start-at"), expiresAt: time("expires-at") };
}

/** @param {number} count @param {string} word */
function plural(count, word) {
  return `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
}
