// Tokens from a function: asked for once, kept as long as they are good, replaced when they are not accepted; and functions that give none.
// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { scriptedFetch } from "maytapi/testing";
import { mintToken } from "maytapi/token";
import { PHONE, shown, TEXT, TOKEN, withFetch } from "./support.mjs";

const SECRET = "canary-token-secret-0123456789-0123456789";

/**
 * How often a function is asked by sends at these times, in milliseconds.
 * @param {import("node:test").TestContext} t
 * @param {() => unknown} give
 * @param {number[]} times
 */
async function askedAt(t, give, times) {
  t.mock.timers.enable({ apis: ["Date"], now: 1_000_000_000 });
  let asked = 0;
  const client = withFetch(scriptedFetch(), { token: async () => { asked += 1; return give(); } });
  const counts = [];
  for (const ms of times) {
    t.mock.timers.setTime(1_000_000_000 + ms);
    await client.sendMessage(TEXT);
    counts.push(asked);
  }
  client.free();
  t.mock.timers.reset();
  return counts;
}

test("a token from a function is kept until shortly before it expires", async (t) => {
  const jwt = () => mintToken({ secret: SECRET, subject: "user-1", expiresInSeconds: 600 });
  assert.deepEqual(await askedAt(t, jwt, [0, 300_000, 569_000, 570_000, 571_000]), [1, 1, 1, 2, 2]);
  assert.deepEqual(await askedAt(t, () => ({ token: TOKEN, expiresInSeconds: 100 }), [0, 74_000, 76_000]), [1, 1, 2]);
  assert.deepEqual(await askedAt(t, () => TOKEN, [0, 500, 1500]), [1, 1, 2], "an opaque one only for a burst");
});

test("fifty sends that wait ask for one token", async () => {
  let asked = 0;
  const fetch = scriptedFetch();
  const client = withFetch(fetch, { token: async () => { asked += 1; await new Promise((resolve) => setTimeout(resolve, 20)); return `${TOKEN}-${asked}`; } });
  await Promise.all(Array.from({ length: 50 }, () => client.sendMessage(TEXT)));
  assert.equal(asked, 1);
  assert.equal(fetch.requests.length, 50);
  client.free();
});

test("what is no token is an AuthenticationError that says so, and nothing is sent", async () => {
  const fetch = scriptedFetch();
  for (const [given, says] of [["<!doctype html><title>Log in</title>", /web page/], ['{"token":"x"}', /JSON/], [{ token: "<p>" }, /web page/]]) {
    const error = await withFetch(fetch, { token: () => given }).sendMessage(TEXT).catch((thrown) => thrown);
    assert.deepEqual([error.name, error.code], ["AuthenticationError", "no_token"], shown(error));
    assert.match(error.message, says);
  }
  assert.equal(fetch.requests.length, 0);
});

test("a token function that hangs is a time-out after which sending again is safe", async () => {
  const fetch = scriptedFetch();
  const client = withFetch(fetch, { token: () => new Promise(() => {}), timeoutMs: 20, maxRetries: 0 });
  await assert.rejects(client.sendMessage(TEXT), { name: "TimeoutError", code: "no_token", retryable: "yes" });
  assert.equal(fetch.requests.length, 0);
  client.free();
});

test("a line end after a token is no part of it", async () => {
  const fetch = scriptedFetch();
  for (const token of [`${TOKEN}\n`, () => `${TOKEN}\r\n`, () => ({ token: `${TOKEN}\n` })]) await withFetch(fetch, { token, phoneId: PHONE }).sendMessage(TEXT);
  assert.deepEqual(fetch.requests.map(({ headers }) => headers.authorization), [1, 2, 3].map(() => `Bearer ${TOKEN}`));
});

test("a token that came in an object is shown by no error", async () => {
  const keeping = () => { throw new Error(`failed with Bearer ${TOKEN}`); };
  const error = await withFetch(keeping, { token: () => ({ token: `${TOKEN}\n`, expiresInSeconds: 60 }), maxRetries: 0 }).sendMessage(TEXT).catch((thrown) => thrown);
  assert.equal(error.name, "ConnectionError");
  assert.ok(!shown(error).includes(TOKEN) && !shown(error.cause).includes(TOKEN));
});
