// `sendMany`: order, pace, progress, failures, aborts, and memory that does not grow with the number of items.
// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { onSimulator, QUEUED, TEXT, within, withFetch } from "./support.mjs";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");
const numbered = (count) => Array.from({ length: count }, (_, i) => ({ ...TEXT, message: `number ${i}` }));
const numberOf = (init) => Number(/number (\d+)/.exec(init.body)[1]);

test("results come in the order of the items, whichever is answered first", async (t) => {
  const { simulator, client } = await onSimulator(t);
  simulator.fail({ kind: "slow", ms: 100 });
  const results = await client.sendMany(numbered(20), { concurrency: 5 });
  assert.deepEqual(results.map(({ index, status, message }) => [index, status, message.message]), numbered(20).map(({ message }, i) => [i, "queued", message]));
  assert.equal(new Set(results.map(({ queued }) => queued.msgId)).size, 20);
});

test("one failing item neither stops nor hangs the rest", async () => {
  const client = withFetch((_, init) => {
    const n = numberOf(init);
    if (n === 1) throw new Error("broken");
    if (n === 2) return new Promise(() => {});
    return new Response(QUEUED);
  });
  const items = [...numbered(6), { type: "text", toNumber: "nobody" }, null];
  const seen = [];
  const results = await client.sendMany(items, { timeoutMs: 50, maxRetries: 0, concurrency: 2, onProgress: ({ done, queued, failed }) => seen.push([done, queued, failed]) });
  assert.deepEqual(results.map(({ status, error }) => error?.name ?? status), ["queued", "ConnectionError", "TimeoutError", "queued", "queued", "queued", "ValidationError", "ValidationError"]);
  assert.deepEqual(seen.at(-1), [8, 4, 4]);
  assert.equal(seen.length, 8);
});

test("no more run at a time than asked, and no faster than asked", async () => {
  let running = 0;
  let most = 0;
  const starts = [];
  const client = withFetch(async () => {
    starts.push(performance.now());
    running += 1;
    most = Math.max(most, running);
    await wait(5);
    running -= 1;
    return new Response(QUEUED);
  });
  await client.sendMany(numbered(30), { concurrency: 3 });
  assert.equal(most, 3);
  starts.length = 0;
  await client.sendMany(numbered(6), { concurrency: 10, perSecond: 50 });
  const took = starts.at(-1) - starts[0];
  assert.ok(took >= 95 && took < 400, `five gaps of 20 ms took ${took} ms`);
});

test("a paced result is told when it is there, not when the next has started", async () => {
  const client = withFetch(() => new Response(QUEUED));
  const began = performance.now();
  for await (const { index } of client.sendMany(numbered(3), { concurrency: 3, perSecond: 2 })) {
    assert.equal(index, 0);
    break;
  }
  assert.ok(performance.now() - began < 300);
});

test("ten thousand items from an iterable that is never held as a whole", async () => {
  let made = 0;
  let handed = 0;
  let furthest = 0;
  async function* endless() {
    while (made < 10_000) {
      made += 1;
      furthest = Math.max(furthest, made - handed);
      yield { ...TEXT, message: `number ${made}` };
    }
  }
  const client = withFetch(() => new Response(QUEUED));
  /** @type {number[]} */
  const heaps = [];
  for await (const { index, status } of client.sendMany(endless(), { concurrency: 8 })) {
    assert.equal(index, handed);
    assert.equal(status, "queued");
    handed += 1;
    if (handed % 3000 === 0) {
      collectGarbage();
      heaps.push(process.memoryUsage().heapUsed);
    }
  }
  assert.equal(handed, 10_000);
  assert.ok(furthest <= 8 * 16 + 2, `${furthest} items were ahead`);
  const grown = heaps[2] - heaps[0];
  assert.ok(grown < 2e6, `6000 items left ${grown} bytes behind`);
});

test("a slow item holds nobody up but the order", async () => {
  let release;
  const done = [];
  const client = withFetch(async (_, init) => {
    if (numberOf(init) === 0) await new Promise((resolve) => (release = resolve));
    done.push(numberOf(init));
    return new Response(QUEUED);
  });
  const all = client.sendMany(numbered(20), { concurrency: 2 }).then((results) => results.map(({ index }) => index));
  await wait(100);
  assert.equal(done.length, 19);
  release();
  assert.deepEqual(await all, numbered(20).map((_, i) => i));
});

test("aborting ends the waits at once, tells what was started, and then throws the reason", async () => {
  const controller = new AbortController();
  const client = withFetch((_, init) => (numberOf(init) < 3 ? new Response(QUEUED) : new Promise(() => {})));
  const results = [];
  setTimeout(() => controller.abort(), 50);
  const began = performance.now();
  await assert.rejects(async () => {
    for await (const result of client.sendMany(numbered(100), { concurrency: 2, signal: controller.signal })) results.push(result.status);
  }, { name: "AbortError" });
  assert.ok(performance.now() - began < 1000);
  assert.deepEqual(results, ["queued", "queued", "queued", "failed", "failed"]);

  async function* stuck() {
    await new Promise(() => {});
  }
  const reason = await within(1000, client.sendMany(stuck(), { signal: AbortSignal.timeout(20) }).then());
  assert.equal(reason?.status, "rejected");
  const paced = await within(1000, client.sendMany(numbered(2), { perSecond: 0.001, signal: AbortSignal.timeout(20) }).then());
  assert.equal(paced?.status, "rejected");
  await assert.rejects(client.sendMany(numbered(2), { signal: AbortSignal.abort() }).then(), { name: "AbortError" });
});

test("an iterable that fails ends with its own error, after what was started", async () => {
  const client = withFetch(() => new Response(QUEUED));
  const statuses = [];
  function* broken() {
    yield* numbered(2);
    throw new RangeError("out of numbers");
  }
  await assert.rejects(async () => {
    for await (const { status } of client.sendMany(broken())) statuses.push(status);
  }, RangeError);
  assert.deepEqual(statuses, ["queued", "queued"]);
});

test("leaving early closes the iterable, and each item is sent once", async () => {
  let closed = false;
  let sent = 0;
  function* items() {
    try {
      yield* numbered(100);
    } finally {
      closed = true;
    }
  }
  const client = withFetch(() => {
    sent += 1;
    return new Response(QUEUED);
  });
  const bulk = client.sendMany(items(), { concurrency: 2 });
  for await (const { index } of bulk) if (index === 3) break;
  assert.ok(closed);
  assert.ok(sent <= 40, `${sent} were sent`);
  await assert.rejects(async () => { for await (const _ of bulk); }, { code: "already_started" });
  const twice = client.sendMany(numbered(3));
  assert.equal(await twice, await twice, "awaiting twice sends once");
});

test("nothing is sent until somebody asks, and wrong options are told at once", () => {
  let sent = 0;
  const client = withFetch(() => { sent += 1; return new Response(QUEUED); });
  client.sendMany(numbered(3));
  assert.equal(sent, 0);
  for (const [messages, options, named] of [
    [null, {}, "messages"],
    [{}, {}, "messages"],
    ["text", {}, "messages"],
    [[], { concurrency: 0 }, "concurrency"],
    [[], { concurrency: 1.5 }, "concurrency"],
    [[], { perSecond: 0 }, "perSecond"],
    [[], { perSecond: Number.NaN }, "perSecond"],
    [[], { perSecond: 1e-7 }, "perSecond"],
    [[], { onProgress: 1 }, "onProgress"],
    [[], { signal: 1 }, "signal"],
    [[], null, "options"],
  ]) {
    assert.throws(() => client.sendMany(/** @type {any} */ (messages), /** @type {any} */ (options)), (error) => error.name === "ConfigurationError" && error.message.startsWith(`${named}: `));
  }
});

test("a listener that throws ends it like an iterable that fails, and takes nothing out of the results", async () => {
  const client = withFetch(() => new Response(QUEUED));
  const own = new RangeError("mine");
  const results = [];
  await assert.rejects(async () => {
    for await (const { status } of client.sendMany(numbered(1000), { concurrency: 2, onProgress: ({ done }) => { if (done === 5) throw own; } })) results.push(status);
  }, (error) => error === own);
  assert.ok(results.length >= 5 && results.length < 50, `${results.length} results`);
  assert.ok(results.every((status) => status === "queued"));
});

test("it can be treated as a promise: catch and finally", async () => {
  const client = withFetch(() => new Response(QUEUED));
  const ended = AbortSignal.abort(new Error("no more"));
  assert.equal(await client.sendMany([TEXT], { signal: ended }).catch((error) => error.message), "no more");
  assert.equal((await client.sendMany([TEXT]).catch(() => [])).length, 1);
  let done = 0;
  assert.equal((await client.sendMany([TEXT]).finally(() => { done += 1; })).length, 1);
  assert.equal(done, 1);
});
