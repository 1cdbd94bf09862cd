// Batches from outside: rows of any iterable in pieces that are safely repeated, followed to their end, told row by row, and sent again
// only where that is safe.
// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { BatchError, ConfigurationError, MaytapiClient, MaytapiError, RefusedError } from "maytapi";
import { renderTemplate, templateFields } from "maytapi/templates";
import { Batches } from "../../pkg/lib/batches/batches.js";
import { Live } from "../../pkg/lib/live.js";
import { startBatches } from "./batch-server.mjs";
import { SECRET_TEXT, shown } from "./support.mjs";

const TEMPLATE = /** @type {const} */ ({ type: "text", message: "Hi {{name|there}}!" });

/** @param {number} count @returns {import("maytapi").BatchRow[]} */
const people = (count) => Array.from({ length: count }, (_, n) => ({ to: `+1 202-555-${String(n).padStart(5, "0")}`, fields: { name: `P${n}` }, ref: `r-${n}` }));

/**
 * @param {import("node:test").TestContext} t
 * @param {Partial<import("maytapi").ClientOptions>} [options]
 */
async function onServer(t, options = {}) {
  const server = await startBatches(t);
  const client = new MaytapiClient(/** @type {any} */ ({ baseUrl: server.url, token: "a-token", phoneId: 1150, ...options }));
  t.after(() => client.free());
  return { server, client };
}

test("rows of an array, a generator and an async one are the same batch, in pieces of a thousand", async (t) => {
  const { server, client } = await onServer(t);
  const rows = people(2501);
  async function* later() {
    yield* rows;
  }
  for (const given of [rows, new Set(rows), later()]) {
    /** @type {import("maytapi").UploadProgress[]} */
    const told = [];
    const batch = await client.batches.create(given, { template: TEMPLATE, onProgress: (progress) => told.push(progress) });
    assert.equal(batch.state, "draft");
    assert.equal(batch.size, 2501);
    assert.deepEqual(told.map(({ rows, pieces }) => [rows, pieces]), [[0, 0], [1000, 1], [2000, 2], [2501, 3]]);
    assert.ok(told.every(({ id }) => id === batch.id));
    assert.deepEqual(server.rows(batch.id), rows);
  }
  assert.equal(new Set([...server.batches.values()].map(({ key }) => key)).size, 3, "each has a key of its own");
});

test("a piece has at most a megabyte, whatever letters stand in it", async (t) => {
  const { server, client } = await onServer(t);
  const rows = people(40).map((row) => ({ ...row, fields: { name: "ä".repeat(30_000) } }));
  const { id } = await client.batches.create(rows, { template: TEMPLATE });
  assert.deepEqual(server.batches.get(id)?.pieces.map(({ rows }) => rows.length), [16, 16, 8]);
  await assert.rejects(client.batches.create([{ to: "12025550123", fields: { name: "x".repeat(1_000_000) } }], { template: TEMPLATE }), (error) => error instanceof BatchError && error.faults[0]?.code === "too_large" && error.faults[0].row === 0);
});

test("pieces whose answers are lost are sent again, and no row is there twice", async (t) => {
  const { server, client } = await onServer(t);
  server.fates = ["lost", undefined, "lost", "cut", undefined, 503, undefined, 429, undefined];
  const { id, size } = await client.batches.create(people(2500), { template: TEMPLATE, start: true });
  assert.equal(server.batches.size, 1);
  assert.equal(size, 2500);
  assert.equal(server.rows(id).length, 2500);
  assert.deepEqual(server.requests.map((request) => request.replace(id, "ID")), [
    "POST batches", "POST batches", "PUT batches/ID/pieces/0", "PUT batches/ID/pieces/0", "PUT batches/ID/pieces/0",
    "PUT batches/ID/pieces/1", "PUT batches/ID/pieces/1", "PUT batches/ID/pieces/2", "PUT batches/ID/pieces/2",
    "POST batches/ID/start",
  ]);
});

test("a start whose answer is lost while the batch is done is no failure", async (t) => {
  const { server, client } = await onServer(t);
  server.fates = [undefined, undefined, "lost"];
  server.runs = "at once";
  const { id, state } = await client.batches.create(people(2), { template: TEMPLATE, start: true });
  assert.equal(state, "done");
  assert.deepEqual(server.requests.slice(2), [`POST batches/${id}/start`, `POST batches/${id}/start`, `GET batches/${id}`]);
  const empty = await client.batches.create([], { template: TEMPLATE, start: true }).catch((error) => error);
  assert.ok(empty instanceof BatchError && empty.code === "batch_state", "there is nothing to start");
});

test("an upload that broke off says where to go on, and goes on there", async (t) => {
  const { server, client } = await onServer(t, { maxRetries: 0 });
  server.fates = [undefined, undefined, "lost"];
  const rows = people(3000);
  const error = await client.batches.create(rows, { template: TEMPLATE }).catch((error) => error);
  assert.ok(error instanceof BatchError && error.batchId !== undefined, String(error));
  assert.deepEqual([error.code, error.retryable, /** @type {any} */ (error.cause).name], ["connection_failed", "yes", "ConnectionError"]);
  const other = await client.batches.continue(error.batchId, rows.with(5, { to: "12025550199" })).catch((error) => error);
  assert.ok(other instanceof BatchError && other.code === "piece_conflict", "another row under the same number");
  const batch = await client.batches.continue(error.batchId, rows, { start: true });
  assert.deepEqual([batch.id, batch.size, server.batches.size], [error.batchId, 3000, 1]);
  assert.deepEqual(server.rows(batch.id), rows);
});

test("the same key makes the same batch, and another plan under it is refused", async (t) => {
  const { server, client } = await onServer(t);
  const first = await client.batches.create(people(2), { template: TEMPLATE, idempotencyKey: "spring" });
  const second = await client.batches.create(people(2), { template: TEMPLATE, idempotencyKey: "spring" });
  assert.equal(second.id, first.id);
  assert.equal(server.batches.size, 1);
  await assert.rejects(client.batches.create(people(2), { template: { type: "text", message: "Bye" }, idempotencyKey: "spring" }), RefusedError);
});

test("an aborted upload ends with the signal's reason, wherever it waits", async (t) => {
  const { server, client } = await onServer(t);
  const between = new AbortController();
  let id = "";
  await assert.rejects(client.batches.create(people(3000), { template: TEMPLATE, signal: between.signal, onProgress: (progress) => { id = progress.id; if (progress.pieces === 1) between.abort(); } }), { name: "AbortError" });
  assert.equal(server.batches.get(id)?.pieces.length, 1);
  const waiting = new AbortController();
  server.fates = [503, 503, 503];
  setTimeout(() => waiting.abort(new Error("enough")), 20);
  await assert.rejects(client.batches.get(id, { signal: waiting.signal, maxRetries: 10 }), { message: "enough" });
  server.fates = [];
  async function* endless() {
    for (let n = 0; ; n += 1) yield { to: "12025550123", ref: `e-${n}` };
  }
  const reading = endless();
  await assert.rejects(client.batches.create(reading, { template: TEMPLATE, signal: AbortSignal.timeout(50) }), { name: "TimeoutError" });
  assert.deepEqual(await reading.next(), { done: true, value: undefined }, "the caller's iterable was closed");
});

test("what the caller's own iterable throws is theirs", async (t) => {
  const { client } = await onServer(t);
  const own = new RangeError("no such line");
  const rows = (function* () {
    yield { to: "12025550123" };
    throw own;
  })();
  await assert.rejects(client.batches.create(rows, { template: TEMPLATE }), (error) => error === own);
});

test("every fault of the rows comes with its number; skipInvalid skips them", async (t) => {
  const { server, client } = await onServer(t);
  const rows = people(1500).with(7, { to: "1.20256E+10" }).with(1400, { to: "nobody" });
  const error = await client.batches.create(rows, { template: TEMPLATE }).catch((error) => error);
  assert.ok(error instanceof BatchError);
  assert.deepEqual([error.code, error.count, error.faults[0]?.row, error.faults[0]?.path, error.retryable], ["invalid_batch", 1, 7, "to", "no"]);
  assert.ok(error.batchId);
  assert.deepEqual(JSON.parse(JSON.stringify(error)).faults, error.faults);
  /** @type {number[]} */
  const invalid = [];
  const batch = await client.batches.create(rows, { template: TEMPLATE, skipInvalid: true, onProgress: (progress) => invalid.push(progress.invalid) });
  assert.deepEqual(invalid, [0, 1, 2]);
  assert.equal(batch.counts.skipped, 2);
  assert.equal(server.batches.get(batch.id)?.plan.skipInvalid, true);
});

test("a wrong plan or row leaves nothing", async (t) => {
  const { server, client } = await onServer(t);
  const { create } = client.batches;
  const one = people(1);
  for (const [rows, plan, says] of /** @type {[any, any, RegExp][]} */ ([
    [one, undefined, /give an object/],
    [one, { template: { type: "text", message: 1n } }, /plan: .*JSON/],
    [one, { template: TEMPLATE, perMinute: { toJSON() { throw new Error("no"); } } }, /plan: .*JSON/],
    [one, { template: TEMPLATE, perMin: 3 }, /perMin.*perMinute/],
    [one, { template: TEMPLATE, states: ["refused"] }, /states/],
    [one, { template: TEMPLATE, idempotencyKey: "" }, /idempotencyKey/],
    [one, { template: TEMPLATE, startAt: "tomorrow" }, /startAt/],
    [one, { template: TEMPLATE, expiresAt: new Date("never") }, /expiresAt/],
    ["12025550123", { template: TEMPLATE }, /rows/],
    [undefined, { template: TEMPLATE }, /rows/],
  ])) {
    await assert.rejects(create(rows, plan), (error) => error instanceof ConfigurationError && says.test(error.message), says.source);
  }
  assert.deepEqual(server.requests, []);
  for (const [row, code] of /** @type {[any, string][]} */ ([
    [{ toNumber: "12025550123" }, "unknown_field"],
    ["12025550123", "not_an_object"],
    [{ to: "12025550123", fields: { name: 1n } }, "not_json"],
  ])) {
    await assert.rejects(create([one[0], row], { template: TEMPLATE }), (error) => error instanceof BatchError && error.faults[0]?.code === code && error.faults[0].row === 1, code);
  }
});

test("only the plan that was given reaches the proxy, times as milliseconds", async (t) => {
  const { server, client } = await onServer(t);
  const quiet = { from: "21:00", to: "08:00", zone: "Europe/Berlin" };
  const { id } = await client.batches.create(people(1), { template: TEMPLATE, perMinute: 5, dailyCap: 100, quiet, startAt: new Date(5000), expiresAt: 9000, timeoutMs: 1000 });
  assert.deepEqual(server.batches.get(id)?.plan, { template: TEMPLATE, perMinute: 5, dailyCap: 100, quiet, startAt: 5000, expiresAt: 9000 });
});

test("a batch is followed from how it stands to its end, over one socket", async (t) => {
  const { server, client } = await onServer(t);
  server.runs = false;
  const { id } = await client.batches.create(people(30), { template: TEMPLATE, start: true });
  /** @type {string[]} */
  const seen = [];
  for await (const { state, counts } of client.batches.follow(id)) {
    seen.push(`${state} ${counts.queued}`);
    if (state === "running") setTimeout(() => server.run(id, 10), 1);
  }
  assert.deepEqual(seen, ["running 0", "running 10", "running 20", "done 30"]);
  assert.ok(server.feed.counts.dialled + server.feed.counts.polled > 0);
});

test("what may not be followed is looked at from time to time", async (t) => {
  const { server } = await onServer(t);
  server.runs = false;
  const options = /** @type {any} */ ({ baseUrl: server.url, token: "a-token", phoneId: 1150 });
  const live = new Live(options);
  const batches = new Batches(options, async () => live, { pollMs: 5 });
  const { id } = await batches.create(people(3), { template: TEMPLATE, start: true });
  server.feed.answers = Array.from({ length: 5 }, () => ({ status: 403, body: { code: "operation_not_allowed", detail: "No.", retryable: "no" } }));
  const states = [];
  for await (const { state } of batches.follow(id)) {
    states.push(state);
    if (states.length === 3) server.run(id);
  }
  assert.deepEqual(states, ["running", "running", "running", "done"]);
});

test("following ends with the signal's reason, and with a loop that was left", async (t) => {
  const { server, client } = await onServer(t);
  server.runs = false;
  const { id } = await client.batches.create(people(1), { template: TEMPLATE, start: true });
  const stop = new AbortController();
  await assert.rejects(async () => {
    for await (const { state } of client.batches.follow(id, { signal: stop.signal })) if (state === "running") setTimeout(() => stop.abort(), 10);
  }, { name: "AbortError" });
  for await (const _ of client.batches.follow(id)) break;
  await assert.rejects(client.batches.follow("b_99").next(), (error) => error instanceof MaytapiError && error.code === "unknown_batch");
});

test("results come row by row over all pages, and by state", async (t) => {
  const { server, client } = await onServer(t);
  server.outcome = (_, row) => (row % 100 === 7 ? { state: "refused", code: "F01" } : row % 100 === 8 ? { state: "unknown" } : { state: "queued", msgId: `m-${row}` });
  const { id } = await client.batches.create(people(950), { template: TEMPLATE, start: true });
  for await (const _ of client.batches.follow(id));
  const rows = [];
  for await (const { row, ref } of client.batches.results(id)) rows.push([row, ref]);
  assert.deepEqual(rows, people(950).map(({ ref }, row) => [row, ref]));
  const some = [];
  for await (const { row, state, code } of client.batches.results(id, { states: ["refused", "unknown"] })) some.push(`${row} ${state} ${code}`);
  assert.equal(some.length, 20);
  assert.deepEqual(some.slice(0, 2), ["7 refused F01", "8 unknown undefined"]);
});

test("what was refused is sent again by its ref, once; what may have been sent never is", async (t) => {
  const { server, client } = await onServer(t);
  server.outcome = (_, row) => ({ state: /** @type {any} */ ({ 3: "refused", 4: "unknown", 5: "refused", 6: "skipped" })[row] ?? "queued" });
  const rows = people(10);
  const { id } = await client.batches.create(rows, { template: TEMPLATE, start: true });
  for await (const _ of client.batches.follow(id));
  const plan = { template: TEMPLATE, start: true };
  const again = await client.batches.retryFailed(id, rows, plan);
  assert.deepEqual(server.rows(again?.id ?? "").map(({ ref }) => ref), ["r-3", "r-5"]);
  const twice = await client.batches.retryFailed(id, rows, plan);
  assert.equal(twice?.id, again?.id, "asked twice, made once");
  const more = await client.batches.retryFailed(id, rows, { ...plan, states: ["skipped"], idempotencyKey: "skipped-too" });
  assert.deepEqual(server.rows(more?.id ?? "").map(({ ref }) => ref), ["r-6"]);

  for (const [given, code] of /** @type {[import("maytapi").BatchRow[], string][]} */ ([
    [rows.slice(0, 4), "missing_rows"],
    [[...rows, ...rows], "duplicate_ref"],
  ])) {
    await assert.rejects(client.batches.retryFailed(id, given, plan), (error) => error instanceof BatchError && error.code === code && error.batchId === id);
  }
  await assert.rejects(client.batches.retryFailed(id, rows, { ...plan, states: /** @type {any} */ (["unknown"]) }), ConfigurationError);

  server.outcome = () => ({ state: "refused" });
  const nameless = await client.batches.create([{ to: "12025550123" }], plan);
  for await (const _ of client.batches.follow(nameless.id));
  await assert.rejects(client.batches.retryFailed(nameless.id, rows, plan), (error) => error instanceof BatchError && error.code === "no_ref");
  server.outcome = () => ({ state: "queued" });
  const good = await client.batches.create(rows, plan);
  for await (const _ of client.batches.follow(good.id));
  assert.equal(await client.batches.retryFailed(good.id, rows, plan), undefined);
});

test("a batch is listed, paused, resumed, cancelled", async (t) => {
  const { server, client } = await onServer(t);
  server.runs = false;
  const ids = [];
  for (let n = 0; n < 3; n += 1) ids.push((await client.batches.create(people(2), { template: TEMPLATE, start: true })).id);
  const [id = ""] = ids;
  assert.equal((await client.batches.pause(id)).state, "paused");
  assert.equal((await client.batches.resume(id)).state, "running");
  assert.equal((await client.batches.cancel(id)).state, "cancelled");
  assert.equal((await client.batches.get(id)).counts.cancelled, 2);
  const first = await client.batches.list();
  assert.deepEqual(first.batches.map(({ id }) => id), ids.toReversed().slice(0, 2));
  const rest = await client.batches.list({ after: first.cursor ?? undefined });
  assert.deepEqual([rest.batches.map(({ id }) => id), rest.cursor ?? undefined], [[id], undefined]);
  await assert.rejects(client.batches.get("../logs"), ConfigurationError);
  await assert.rejects(client.batches.start(id, { size: 3 }), (error) => error instanceof MaytapiError && error.code === "piece_missing");
});

test("batches need the edge proxy, and a client that is there", async (t) => {
  const straight = new MaytapiClient({ productId: "00000000-0000-4000-8000-000000000001", apiKey: "canary-key-5f2c81d09e", phoneId: 1150 });
  await assert.rejects(straight.batches.list(), (error) => error instanceof ConfigurationError && /edge proxy/.test(error.message));
  straight.free();
  const { client } = await onServer(t);
  client.free();
  await assert.rejects(client.batches.list(), (error) => error instanceof ConfigurationError && error.code === "client_freed");
});

test("no error of a batch shows the token or what was to be sent", async (t) => {
  const { server, client } = await onServer(t, { token: "canary-token-77ab01c4", maxRetries: 0 });
  server.fates = [undefined, "cut"];
  const error = await client.batches.create([{ to: "12025550123", fields: { name: SECRET_TEXT } }], { template: TEMPLATE }).catch((error) => error);
  assert.ok(error instanceof BatchError);
  assert.ok(!/canary/.test(shown(error)), shown(error));
});

test("a template is filled in as the proxy does it, and tells what it names", () => {
  assert.deepEqual(renderTemplate(TEMPLATE, { name: "Ada" }), { valid: true, wire: { type: "text", message: "Hi Ada!" } });
  assert.deepEqual(renderTemplate(TEMPLATE), { valid: true, wire: { type: "text", message: "Hi there!" } });
  const gap = renderTemplate({ type: "text", message: "Hi {{name}}" }, { Name: "Ada" });
  assert.ok(!gap.valid && gap.faults[0]?.path === "fields.name" && gap.faults[0].message.includes("exactly this name"));
  assert.deepEqual(templateFields({ type: "media", message: "https://files.example/{{file}}", text: "{{name|}}" }), { valid: true, fields: [{ name: "file", required: true }, { name: "name", required: false }] });
  assert.equal(templateFields({ type: "text", message: "{{" }).valid, false);
  for (const hostile of /** @type {any[]} */ ([undefined, null, 1n, () => 1, Symbol("x"), { get type() { throw new Error("no"); } }, new Proxy({}, { ownKeys() { throw new Error("no"); } })])) {
    assert.equal(templateFields(hostile).valid, false);
    assert.equal(renderTemplate(hostile, {}).valid, false);
    if (hostile !== undefined && hostile !== null && typeof hostile !== "function" && typeof hostile !== "symbol") assert.equal(renderTemplate(TEMPLATE, hostile).valid, false);
  }
});

test("opt-outs are counted, looked up and taken back, with the number in the body alone", async (t) => {
  const { server, client } = await onServer(t);
  server.optOuts.set("12025550123", 1_800_000_000_000);
  assert.equal(await client.batches.countOptOuts(), 1);
  assert.deepEqual(await client.batches.getOptOut("12025550123"), { optedOut: true, at: 1_800_000_000_000 });
  assert.deepEqual(await client.batches.getOptOut(12025550124), { optedOut: false });
  server.fates = [503];
  assert.equal(await client.batches.removeOptOut("12025550123"), true);
  assert.deepEqual([await client.batches.removeOptOut("12025550123"), await client.batches.countOptOuts()], [false, 0]);
  assert.deepEqual(new Set(server.requests), new Set(["GET optouts", "POST optouts/lookup", "POST optouts/remove"]));
  for (const to of ["", undefined, {}, 1.5]) await assert.rejects(client.batches.removeOptOut(/** @type {any} */ (to)), (error) => error instanceof ConfigurationError && error.message.startsWith("to:"));
});
