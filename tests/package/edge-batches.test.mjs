// Batches from end to end: the package and the command, through the real edge proxy in workerd, to a simulator of Maytapi.
// @ts-check
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { BatchError, MaytapiClient, RefusedError } from "maytapi";
import { mintToken } from "maytapi/token";
import { startStack } from "../stack.mjs";
import { numberOf, rowsOf, STORE_KEY } from "../support/batches.mjs";
import { command } from "./command.mjs";
import { PHONE } from "./support.mjs";

const TEMPLATE = /** @type {const} */ ({ type: "text", message: "Hi {{name|there}}!", skipFilter: true });

/** @type {Awaited<ReturnType<typeof startStack>>} */
let stack;
const { folder, maytapi, remove } = command([STORE_KEY]);
before(async () => {
  stack = await startStack({
    secrets: { STORE_KEY },
    proxy: { policy: { batches: { perMinute: 6000, jitter: 0, maxRecipients: 3000 } } },
    simulator: { acks: [], sendEveryMs: 0, log: () => {} },
  });
});
after(async () => {
  remove();
  await stack.close();
});
beforeEach(() => stack.simulator.reset());

/** @param {string} subject @param {object} [options] */
const clientOf = (subject, options = {}) => new MaytapiClient({ baseUrl: `${stack.edge}/api/main`, token: () => mintToken({ secret: stack.secret, subject }), phoneId: PHONE, ...options });
const arrived = () => stack.simulator.sends.map(({ json }) => /** @type {any} */ (json));
/** @param {string} subject */
const env = async (subject) => ({ MAYTAPI_BASE_URL: `${stack.edge}/api/main`, MAYTAPI_PHONE_ID: String(PHONE), MAYTAPI_TOKEN: await mintToken({ secret: stack.secret, subject }) });
/** @param {string} text */
const joined = (text) => text.replace(/\s+/g, " ");

test("rows are uploaded although answers are lost, sent once each, followed to their end and told row by row", async () => {
  let requests = 0;
  const lossy = async (/** @type {any} */ url, /** @type {any} */ init) => {
    const answer = await fetch(url, init);
    if (String(url).includes("/batches") && init.method !== "GET" && (requests += 1) % 2 === 1) throw new TypeError("the connection broke after the request had arrived");
    return answer;
  };
  const client = clientOf("lossy", { fetch: lossy });
  const rows = rowsOf(1200);
  /** @type {number[]} */
  const uploaded = [];
  const batch = await client.batches.create([...rows, rows[3]], { template: TEMPLATE, perMinute: 6000, start: true, onProgress: (told) => uploaded.push(told.rows) });
  assert.deepEqual([batch.state, batch.size, uploaded], ["running", 1201, [0, 1000, 1201]]);
  const seen = [];
  for await (const { state, counts } of client.batches.follow(batch.id)) {
    seen.push(counts.queued);
    // Enough to see it move: the rest would only take time.
    if (counts.queued >= 60 && state === "running") await client.batches.cancel(batch.id);
  }
  assert.ok(seen.length > 2, String(seen));
  const last = await client.batches.get(batch.id);
  assert.equal(last.state, "cancelled");
  const results = [];
  for await (const result of client.batches.results(batch.id)) results.push(result);
  assert.deepEqual(results.map(({ row, ref }) => [row, ref]), [...rows, rows[3]].map((row, n) => [n, row?.ref]));
  const queued = results.filter(({ state }) => state === "queued");
  assert.deepEqual(arrived().map(({ to_number, message }) => [to_number, message]), queued.map(({ row }) => [rows[row]?.to, `Hi n${row}!`]), "each once, and as told");
  assert.deepEqual([last.counts.queued, last.counts.skipped, last.counts.cancelled], [queued.length, 1, 1200 - queued.length]);
  client.free();
});

test("an upload that broke off is continued, and what differs from what is there is refused", async () => {
  const cut = { at: Infinity, seen: 0 };
  const client = clientOf("cut", {
    maxRetries: 0,
    fetch: async (/** @type {any} */ url, /** @type {any} */ init) => {
      if (String(url).includes("/pieces/") && (cut.seen += 1) > cut.at) throw new TypeError("no network");
      return fetch(url, init);
    },
  });
  const rows = rowsOf(1500, 2000);
  cut.at = 1;
  const error = await client.batches.create(rows, { template: TEMPLATE }).catch((error) => error);
  assert.ok(error instanceof BatchError && error.batchId !== undefined && error.retryable === "yes", String(error));
  cut.at = Infinity;
  const changed = await client.batches.continue(error.batchId, rows.with(0, { to: numberOf(9000), fields: {}, ref: "x" })).catch((error) => error);
  assert.ok(changed instanceof BatchError && changed.code === "piece_conflict", String(changed));
  const whole = await client.batches.continue(error.batchId, rows);
  assert.deepEqual([whole.state, whole.size, whole.counts.waiting], ["draft", 1500, 1500]);
  assert.deepEqual((await client.batches.list()).batches.map(({ id }) => id), [error.batchId]);
  await client.batches.cancel(error.batchId);
  assert.equal(arrived().length, 0);
  client.free();
});

test("faults of rows and templates are told, and nothing is sent", async () => {
  const client = clientOf("faulty");
  const rows = [...rowsOf(3), { to: "1.20256E+10" }, { to: numberOf(50), fields: { name: "{{left}}" } }];
  const error = await client.batches.create(rows, { template: { ...TEMPLATE, message: "Hi {{name}}" } }).catch((error) => error);
  assert.ok(error instanceof BatchError, String(error));
  assert.deepEqual([error.code, error.faults.map(({ row, path }) => `${row} ${path}`).toSorted()], ["invalid_batch", ["3 fields.name", "3 to", "4 message"]]);
  for (const [template, path] of /** @type {[any, string][]} */ ([
    [{ type: "text", message: "Hi {{name" }, "template.message"],
    [{ type: "text", message: "Hi", toNumber: "12025550123" }, "template.toNumber"],
    [undefined, "template"],
  ])) {
    await assert.rejects(client.batches.create(rows, { template }), (error) => error instanceof BatchError && error.code === "invalid_batch" && error.faults.map(({ path }) => path).join() === path, path);
  }
  await assert.rejects(client.batches.create(rows, { template: TEMPLATE, quiet: { from: "21:00", to: "08:00", zone: "Mars/Olympus" } }), (error) => error instanceof BatchError && /zone|Olympus/.test(JSON.stringify(error)));
  await assert.rejects(client.batches.get("b_nowhere"), (error) => error instanceof RefusedError && error.code === "unknown_batch");
  assert.equal(arrived().length, 0);
  client.free();
});

test("what was refused is sent again once, however often that is asked for; what is unknown is not", async () => {
  const client = clientOf("again");
  stack.simulator.fail({ kind: "refused", message: "Options are required.", code: "F04", after: 2 });
  stack.simulator.fail({ kind: "drop", when: "after", after: 4 });
  const rows = rowsOf(8, 4000);
  const plan = { template: TEMPLATE, start: true };
  const { id } = await client.batches.create(rows, plan);
  for await (const _ of client.batches.follow(id));
  const failed = [];
  for await (const { ref, state } of client.batches.results(id, { states: ["refused", "unknown"] })) failed.push([ref, state]);
  assert.deepEqual(failed.map(([, state]) => state).toSorted(), ["refused", "unknown"], JSON.stringify(failed));
  const [refused] = failed.find(([, state]) => state === "refused") ?? [];
  const before = arrived().length;
  const again = await client.batches.retryFailed(id, rows, plan);
  for await (const _ of client.batches.follow(String(again?.id)));
  const twice = await client.batches.retryFailed(id, rows, plan);
  assert.equal(twice?.id, again?.id);
  for await (const _ of client.batches.follow(String(twice?.id)));
  assert.deepEqual(arrived().slice(before).map(({ to_number }) => to_number), [rows.find(({ ref }) => ref === refused)?.to]);
  client.free();
});

test("the command sends a table of a spreadsheet, tells what was refused, and sends that again", async () => {
  const rows = rowsOf(25, 5000);
  writeFileSync(join(folder, "people.csv"), Buffer.from(`Vorname;Telefon\r\n${rows.map(({ to }, n) => `J\u00f6rg ${n};+${to}`).join("\r\n")}\r\n`, "latin1"));
  const args = ["people.csv", "--text", "Hallo {{Vorname}}", "--to", "Telefon"];
  const dry = await maytapi(["batch", ...args, "--dry-run"], { env: await env("table") });
  assert.deepEqual([dry.exit, dry.out], [0, "25 rows. Nothing was sent: this was a dry run.\n"], dry.err);
  assert.equal(arrived().length, 0);
  stack.simulator.fail({ kind: "refused", message: "Options are required.", code: "F04", after: 5 });
  const sent = await maytapi(["batch", ...args], { env: await env("table") });
  assert.equal(sent.exit, 1, sent.err);
  assert.match(joined(sent.err), /has started\. Its last row is likely to leave at /);
  const [, id = "", ref] = /(b_[\w-]+) is done: 24 queued, 1 refused of 25\. Refused: (row-\d+) \(F04\)/.exec(joined(sent.out)) ?? [];
  assert.ok(ref, sent.out);
  assert.equal(arrived().filter(({ message }) => /^Hallo Jörg \d+$/.test(message)).length, 25);
  const again = await maytapi(["batch", ...args, "--retry", id], { env: await env("table") });
  assert.equal(again.exit, 0, again.err);
  assert.match(joined(again.out), /is done: 1 queued of 1\./);
  assert.equal(arrived().length, 26);
});

test("the command ends where a batch waits for somebody, and steers it by its id", async () => {
  writeFileSync(join(folder, "slow.csv"), `phone\n${rowsOf(20, 6000).map(({ to }) => to).join("\n")}\n`);
  const held = await maytapi(["batch", "slow.csv", "--text", "Hello", "--per-minute", "1", "--no-follow"], { env: await env("slow") });
  assert.equal(held.exit, 0, held.err);
  const [id = ""] = /b_[\w-]+/.exec(held.out) ?? [];
  assert.equal((await maytapi(["batch", "--pause", id], { env: await env("slow") })).out, `${id} paused\n`);
  assert.equal((await maytapi(["batch", "--follow", id], { env: await env("slow") })).exit, 5);
  assert.equal((await maytapi(["batch", "--resume", id], { env: await env("slow") })).exit, 0);
  let stopped = false;
  const followed = await maytapi(["batch", "--follow", id], {
    env: await env("slow"),
    onError(text, child) {
      if (!stopped && text.includes("of 20")) child.kill("SIGINT");
      stopped ||= text.includes("of 20");
    },
  });
  assert.equal(followed.exit, 130, followed.err);
  assert.match(joined(followed.err), /proxy goes on/);
  assert.equal((await maytapi(["batch", "--cancel", id], { env: await env("slow") })).out, `${id} cancelled\n`);
  assert.ok(arrived().length <= 2);
});

test("opt-outs are for who may manage the phone", async () => {
  const managed = await startStack({ secrets: { STORE_KEY }, proxy: { policy: { manage: true, batches: {} } }, simulator: { log: () => {} } });
  try {
    const client = (/** @type {import("maytapi/token").Capability | undefined} */ capability) =>
      new MaytapiClient({ baseUrl: `${managed.edge}/api/main`, token: () => mintToken({ secret: managed.secret, subject: "operator", capability }), phoneId: PHONE });
    const { batches } = client(undefined);
    assert.deepEqual([await batches.countOptOuts(), await batches.getOptOut(numberOf(1)), await batches.removeOptOut(numberOf(1))], [0, { optedOut: false }, false]);
    await assert.rejects(batches.getOptOut("nobody"), (error) => error instanceof RefusedError && error.code === "invalid_question");
    await assert.rejects(client({ manage: false }).batches.countOptOuts(), { code: "operation_not_allowed" });
  } finally {
    await managed.close();
  }
});
