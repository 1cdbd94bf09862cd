// Messages followed live: nothing missed and nothing told twice, however often the connection is cut; and every end has its reason.
// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { AuthenticationError, ConfigurationError, MaytapiClient, PermissionError, StreamError } from "maytapi";
import { Changes } from "../../pkg/lib/changes.js";
import { TIMING } from "../../pkg/lib/feed.js";
import { Live } from "../../pkg/lib/live.js";
import { startFeed } from "./live-server.mjs";
import { within } from "./support.mjs";

const QUICK = { ...TIMING, firstMs: 5, longestMs: 40, stableMs: 50, helloMs: 500, pollingMs: 150, spreadMs: 20 };

/** @typedef {import("./live-server.mjs").ScriptedFeed} ScriptedFeed */

/**
 * What follows a scripted feed, with waits that a test can sit out.
 * @param {ScriptedFeed} feed @param {{ token?: any, failureStandsMs?: number, timing?: Partial<typeof TIMING> }} [given]
 */
function follow(feed, { token = "t-1", failureStandsMs = 100, timing = {} } = {}) {
  return new Live(/** @type {any} */ ({ baseUrl: feed.url, token, phoneId: 1150 }), { timing: { ...QUICK, ...timing }, failureStandsMs });
}

/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {() => boolean} holds */
async function until(holds) {
  for (let tries = 0; !holds(); tries += 1) {
    assert.ok(tries < 1000, "it never came to that");
    await sleep(5);
  }
}

/** @param {AsyncIterable<any>} stream @param {number} count */
async function take(stream, count) {
  const taken = [];
  for await (const change of stream) {
    taken.push(change);
    if (taken.length === count) break;
  }
  return taken;
}

test("a message that comes in is named by the feed and asked for by its id", async (t) => {
  const feed = await startFeed(t);
  const live = follow(feed);
  const stream = live.events();
  const taken = take(stream, 1);
  await until(() => feed.open === 1);
  feed.comeIn("in_0123456789abcdef", "hello");
  assert.deepEqual(await taken, [{ kind: "incoming", id: "in_0123456789abcdef", at: 1 }]);
  assert.deepEqual(await live.incoming("in_0123456789abcdef"), { id: "in_0123456789abcdef", at: 1, message: { fromMe: false, type: "text", text: "hello" } });
  await assert.rejects(live.incoming("in_0"), { code: "unknown_message", name: "RefusedError" });
  for (const id of ["", undefined, 7]) await assert.rejects(live.incoming(/** @type {any} */ (id)), { code: "invalid_option", message: /^id: / });
});

test("a connection that is cut ten times at random points misses nothing and tells nothing twice", { timeout: 60_000 }, async (t) => {
  const feed = await startFeed(t);
  const live = follow(feed);
  const stream = live.events();
  /** @type {string[]} */
  const seen = [];
  const reading = (async () => {
    for await (const change of stream) {
      assert.notEqual(change.kind, "reset");
      if (change.kind === "message") seen.push(`${change.msgId} ${change.state}`);
    }
  })();
  await until(() => feed.open === 1);
  let cuts = 0;
  const steps = ["queued", "sent", "delivered", "read"];
  for (let n = 0; n < 200; n += 1) {
    feed.move(`m-${n}`, "queued");
    if (n % 20 === 19) {
      await sleep(Math.random() * 30);
      feed.cut();
      cuts += 1;
    }
  }
  for (let n = 0; n < 200; n += 1) {
    for (const state of steps.slice(1)) feed.move(`m-${n}`, state);
    if (n % 50 === 0) await sleep(1);
  }
  await until(() => seen.filter((line) => line.endsWith(" read")).length >= 200);
  await sleep(20);
  stream.close();
  await reading;
  assert.equal(cuts, 10);
  assert.ok(feed.counts.dialled > 5, `dialled ${feed.counts.dialled} times`);
  assert.equal(new Set(seen).size, seen.length, "something was told twice");
  // What a message passed through while nobody was connected is in its times; its last state is always told.
  assert.equal(seen.filter((line) => line.endsWith(" read")).length, 200);
  const rank = (/** @type {string} */ line) => steps.indexOf(line.split(" ")[1] ?? "");
  const last = new Map();
  for (const line of seen) {
    const id = line.split(" ")[0];
    assert.ok(rank(line) > (last.get(id) ?? -1), `${line} came back`);
    last.set(id, rank(line));
  }
});

test("all that is followed shares one socket, and the last to leave closes it", async (t) => {
  const feed = await startFeed(t);
  for (const id of ["a", "b"]) feed.move(id, "queued");
  const live = follow(feed);
  const [one, other] = [live.track("a"), live.track("b")];
  assert.equal((await one.next()).value?.state, "queued");
  assert.equal((await other.next()).value?.state, "queued");
  await until(() => feed.open === 1);
  assert.equal(feed.counts.dialled, 1);
  feed.move("a", "sent");
  feed.move("b", "read");
  assert.deepEqual([(await one.next()).value?.state, (await other.next()).value?.state], ["sent", "read"]);
  assert.equal((await other.next()).done, true);
  assert.equal(feed.open, 1);
  await one.return();
  await until(() => feed.open === 0);
});

test("a message is followed until it is read, or until what was asked for", async (t) => {
  const feed = await startFeed(t);
  feed.move("m", "queued");
  const live = follow(feed);
  const collect = async (/** @type {any} */ options) => {
    const states = [];
    for await (const delivery of live.track("m", options)) states.push(delivery.state);
    return states;
  };
  const all = collect({});
  const some = collect({ until: "delivered" });
  await until(() => feed.open === 1);
  // The other one may still be on its way.
  await sleep(50);
  for (const state of ["sent", "delivered", "read", "played"]) feed.move("m", state);
  assert.deepEqual(await some, ["queued", "sent", "delivered"]);
  assert.deepEqual(await all, ["queued", "sent", "delivered", "read"]);
  assert.deepEqual(await collect({ until: "sent" }), ["played"]);
  await until(() => feed.open === 0);
});

test("a failure is the end only when nothing refutes it", async (t) => {
  const feed = await startFeed(t);
  const live = follow(feed, { failureStandsMs: 150 });
  for (const id of ["stands", "refuted", "deleted"]) feed.move(id, "failed");
  const collect = async (/** @type {string} */ id) => {
    const states = [];
    for await (const delivery of live.track(id, { until: "delivered" })) states.push(delivery.state);
    return states;
  };
  const [stands, refuted, deleted] = ["stands", "refuted", "deleted"].map(collect);
  await until(() => feed.open === 1);
  await sleep(30);
  feed.move("refuted", "delivered");
  feed.move("deleted", "deleted");
  assert.deepEqual(await refuted, ["failed", "delivered"]);
  assert.deepEqual(await deleted, ["failed", "deleted"]);
  assert.deepEqual(await stands, ["failed"]);
});

test("a failure stands for its time on a phone that is busy as well", async (t) => {
  const feed = await startFeed(t);
  const live = follow(feed, { failureStandsMs: 150 });
  feed.move("m", "failed");
  const busy = setInterval(() => feed.move(`m-${feed.seq}`, "queued"), 20);
  t.after(() => clearInterval(busy));
  const followed = take(live.track("m"), Infinity);
  const settled = /** @type {any} */ (await within(3000, followed));
  assert.deepEqual(settled?.value.map((/** @type {any} */ { state }) => state), ["failed"]);
});

test("where no socket gets through, requests wait for the next change", async (t) => {
  const feed = await startFeed(t);
  feed.noSockets = true;
  const live = follow(feed, { timing: { pollingMs: 60_000 } });
  const stream = live.events();
  const taken = take(stream, 3);
  await until(() => feed.counts.polled > 0);
  assert.equal(stream.state, "polling");
  assert.equal(feed.counts.dialled, 2);
  for (const state of ["queued", "sent", "read"]) {
    feed.move("m", state);
    await sleep(20);
  }
  assert.deepEqual((await taken).map(({ state }) => state), ["queued", "sent", "read"]);
  assert.equal(stream.state, "closed");
  const { WebSocket } = globalThis;
  t.after(() => Object.assign(globalThis, { WebSocket }));
  // @ts-expect-error as in Node 20
  delete globalThis.WebSocket;
  const polled = feed.counts.polled;
  const without = take(live.events(), 1);
  await until(() => feed.counts.polled > polled);
  feed.move("m", "played");
  assert.deepEqual((await without).map(({ state }) => state), ["played"]);
  assert.equal(feed.counts.dialled, 2);
});

test("who is too far behind for a socket asks for pages first, and a restart of the proxy is waited out", async (t) => {
  const feed = await startFeed(t);
  const live = follow(feed);
  const stream = live.events();
  const taken = take(stream, 130);
  await until(() => feed.open === 1);
  feed.sockets = [1012, 4409];
  const polled = feed.counts.polled;
  feed.cut();
  for (let n = 0; n < 130; n += 1) feed.move(`m-${n}`, "queued");
  assert.equal(new Set((await taken).map(({ msgId }) => msgId)).size, 130);
  assert.equal(feed.counts.polled, polled + 2);
  assert.equal(feed.counts.dialled, 3);
});

test("a fresh token is asked for before every dial; one that is refused twice ends it", async (t) => {
  const feed = await startFeed(t);
  let asked = 0;
  const live = follow(feed, { token: async () => `t-${(asked += 1)}` });
  const stream = live.events();
  const ended = assert.rejects(take(stream, 1), AuthenticationError);
  await until(() => feed.open === 1);
  feed.shut(4401);
  await until(() => feed.open === 1 && feed.counts.dialled === 2);
  const sockets = feed.tokens.filter((line) => line.startsWith("socket "));
  assert.equal(new Set(sockets).size, 2, "the same token was shown again");
  feed.sockets = [4401, 4401];
  feed.shut(4401);
  await ended;
  assert.equal(stream.state, "closed");
  // Over HTTP as well: once more, then no more.
  feed.refused = new Set(["a", "b"]);
  const given = ["a", "b", "c"];
  const other = follow(feed, { token: async () => given.shift() });
  await assert.rejects(other.message("m"), (error) => error instanceof AuthenticationError && error.code === "expired_token");
  assert.deepEqual(given, ["c"]);
});

test("what can't go on says why", async (t) => {
  const feed = await startFeed(t);
  const live = follow(feed);
  feed.sockets = [4403];
  await assert.rejects(take(live.events(), 1), PermissionError);
  feed.sockets = [4429, 4429, 4429, 4429, 4429];
  await assert.rejects(take(live.events(), 1), (error) => error instanceof StreamError && error.code === "too_many_sockets" && error.retryable === "yes");
  feed.answers = [{ status: 403, body: { code: "operation_not_allowed", detail: "no", status: 403, retryable: "no" } }];
  await assert.rejects(take(live.events(), 1), (error) => error instanceof PermissionError && error.code === "operation_not_allowed");
  await assert.rejects(live.message("nobody"), (error) => /** @type {any} */ (error).code === "unknown_message" && /** @type {any} */ (error).status === 404);
  const straight = new MaytapiClient({ productId: "p", apiKey: "k-0123456789", phoneId: 1150 });
  t.after(() => straight.free());
  await assert.rejects(straight.message("m"), ConfigurationError);
  const stream = straight.events();
  // As a generator: the error once, to whoever asked first, and then the end.
  const [first, second] = [stream.next(), stream.next()];
  await assert.rejects(first, ConfigurationError);
  for (const next of [second, stream.next()]) assert.deepEqual(await next, { done: true, value: undefined });
  assert.equal(stream.state, "closed");
});

test("what may pass is waited out from the first page on", async (t) => {
  const feed = await startFeed(t);
  const live = follow(feed);
  const failing = { status: 503, body: { code: "internal", detail: "no", status: 503, retryable: "unknown" } };
  feed.answers = [failing, failing];
  feed.breaks = 2;
  const stream = live.events();
  const taken = take(stream, 1);
  await until(() => feed.open === 1);
  feed.move("m", "sent");
  assert.equal((await taken)[0].state, "sent");
  // A signal ends such a wait.
  const slow = follow(feed, { timing: { firstMs: 1e6, longestMs: 1e6 } });
  feed.answers = [failing];
  const controller = new AbortController();
  const waiting = slow.events({ signal: controller.signal }).next();
  await until(() => feed.answers.length === 0);
  controller.abort(new Error("enough"));
  await assert.rejects(waiting, { message: "enough" });
});

test("a socket has one heartbeat, however often the proxy says hello", async (t) => {
  const feed = await startFeed(t);
  const { setInterval, clearInterval } = globalThis;
  const beating = new Set();
  t.mock.method(globalThis, "setInterval", (/** @type {Parameters<typeof setInterval>} */ ...given) => {
    const timer = setInterval(...given);
    beating.add(timer);
    return timer;
  });
  t.mock.method(globalThis, "clearInterval", (/** @type {any} */ timer) => {
    beating.delete(timer);
    clearInterval(timer);
  });
  const stream = follow(feed).events();
  const taken = take(stream, 1);
  await until(() => beating.size === 1);
  for (let n = 0; n < 3; n += 1) feed.hello();
  feed.move("m", "sent");
  await taken;
  await until(() => feed.open === 0);
  for (const timer of beating) clearInterval(timer);
  assert.equal(beating.size, 0);
});

test("a cursor resumes; one of another storage says that all has to be looked up again", async (t) => {
  const feed = await startFeed(t);
  const live = follow(feed);
  for (let n = 0; n < 250; n += 1) feed.move(`m-${n}`, "queued");
  const first = live.events({ after: "start" });
  const taken = await take(first, 100);
  assert.deepEqual(taken.map(({ msgId }) => msgId), Array.from({ length: 100 }, (_, n) => `m-${n}`));
  assert.equal(first.cursor, "e1.100");
  const rest = await take(live.events({ after: first.cursor }), 150);
  assert.equal(rest[0].msgId, "m-100");
  const stream = live.events({ after: "e1.250" });
  const changes = take(stream, 2);
  await until(() => feed.open === 1);
  feed.startAnew();
  await until(() => feed.open === 1);
  feed.move("m-1", "sent");
  assert.deepEqual((await changes).map(({ kind, state }) => [kind, state]), [["reset", undefined], ["message", "sent"]]);
  assert.deepEqual(await take(live.events({ after: "other.9" }), 1), [{ kind: "reset" }]);
  assert.ok(!("seq" in (rest[0] ?? {})));
});

test("a reader who is too slow gets a reset, and memory stays bounded", async () => {
  let left = 0;
  const changes = new Changes(() => (left += 1), 10);
  const item = (/** @type {number} */ seq) => ({ kind: /** @type {const} */ ("message"), msgId: `m-${seq}`, state: /** @type {const} */ ("sent"), at: {}, seq });
  changes.add(Array.from({ length: 10 }, (_, n) => item(n + 1)), "e.10");
  assert.equal((await changes.next()).value?.kind, "message");
  assert.equal(changes.cursor, "e.1");
  changes.add(Array.from({ length: 12 }, (_, n) => item(n + 11)), "e.22");
  assert.deepEqual((await changes.next()).value, { kind: "reset" });
  changes.add([item(5), item(22), item(23)], "e.23");
  const after = [];
  while (changes.cursor !== "e.23") after.push((await changes.next()).value);
  assert.equal(/** @type {any} */ (after.at(-1)).msgId, "m-23");
  assert.ok(after.length <= 12);
  changes.end({ error: new Error("over") });
  await assert.rejects(changes.next(), { message: "over" });
  assert.equal((await changes.next()).done, true);
  assert.equal(left, 1);
});

test("who asks for several at once gets them in order, and its end once", async () => {
  const changes = new Changes(() => {});
  const asked = [1, 2, 3, 4].map(() => changes.next());
  const item = (/** @type {number} */ seq) => ({ kind: /** @type {const} */ ("phone"), status: "active", at: seq, seq });
  changes.add([item(1), item(2)], "e.2");
  changes.end({ error: new Error("over") });
  const settled = (await Promise.allSettled(asked)).map((one) => (one.status === "rejected" ? one.reason.message : one.value.done ? "done" : /** @type {any} */ (one.value.value).at));
  assert.deepEqual(settled, [1, 2, "over", "done"]);
  assert.equal(changes.cursor, "e.2");
});

test("a signal also ends the wait for a token", async () => {
  const client = new MaytapiClient({ baseUrl: "http://127.0.0.1:9/api/main", token: () => new Promise(() => {}), phoneId: 1150 });
  const controller = new AbortController();
  const asked = client.message("m", { signal: controller.signal });
  setTimeout(() => controller.abort(new Error("enough")), 20);
  assert.match(String(/** @type {any} */ (await within(2000, asked))?.reason), /enough/);
  client.free();
});

test("a signal ends it with its reason, and so does freeing the client without one", async (t) => {
  const feed = await startFeed(t);
  feed.move("m", "queued");
  const client = new MaytapiClient({ baseUrl: feed.url, token: "t-1", phoneId: 1150 });
  const controller = new AbortController();
  const reason = new Error("enough");
  const tracked = client.track("m", { signal: controller.signal });
  assert.equal((await tracked.next()).value?.state, "queued");
  const waiting = assert.rejects(tracked.next(), reason);
  controller.abort(reason);
  await waiting;
  const stream = client.events();
  const read = stream.next();
  await until(() => feed.open === 1);
  assert.deepEqual(await client.messages(["m", "nobody"]), [{ msgId: "m", state: "queued", at: { queued: 1 } }]);
  client.free();
  assert.equal((await within(2000, read))?.status, "fulfilled");
  assert.equal(stream.state, "closed");
  await until(() => feed.open === 0);
  await assert.rejects(client.message("m"), { code: "client_freed" });
});

test("a client's requests and sockets share one token, and what refuses it has another fetched", async (t) => {
  const feed = await startFeed(t);
  feed.move("m", "queued");
  let asked = 0;
  const client = new MaytapiClient({ baseUrl: feed.url, token: async () => ({ token: `t-${(asked += 1)}`, expiresInSeconds: 600 }), phoneId: 1150 });
  await client.message("m");
  const stream = client.events();
  const read = stream.next();
  await until(() => feed.open === 1);
  await client.message("m");
  assert.equal(asked, 1);
  feed.shut(4401);
  await until(() => feed.open === 1 && feed.counts.dialled === 2);
  assert.equal(asked, 2, "a socket's 4401");
  feed.refused = new Set(["t-2"]);
  await client.message("m");
  assert.equal(asked, 3, "a 401");
  client.free();
  await read;
});

test("a fetch of one's own is what everything goes through: no socket is dialled past it", async (t) => {
  const feed = await startFeed(t);
  const client = new MaytapiClient({ baseUrl: feed.url, token: "t-1", phoneId: 1150, fetch: (url, init) => fetch(url, init) });
  const stream = client.events();
  const read = stream.next();
  await until(() => stream.state === "polling");
  feed.move("m", "queued");
  assert.equal(/** @type {any} */ ((await read).value)?.msgId, "m");
  assert.equal(feed.counts.dialled, 0);
  client.free();
});
