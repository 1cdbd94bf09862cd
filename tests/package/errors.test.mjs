// Every way in which a send fails: its class, its code, whether sending again is safe, and what it does not show.
// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import * as maytapi from "maytapi";
import { KEY, onSimulator, SECRET_TEXT, shown, TEXT, TO, TOKEN, withFetch } from "./support.mjs";

const TABLE = [
  [{ kind: "refused" }, { name: "RefusedError", code: "refused", status: 200, retryable: "no", message: "Phone is not connected" }],
  [{ kind: "refused", code: "F04", message: "Options are required." }, { name: "RefusedError", code: "F04", retryable: "no" }],
  [{ kind: "w05" }, { name: "RefusedError", code: "W05", status: 200, retryable: "yes" }],
  [{ kind: "http4xx", status: 401 }, { name: "AuthenticationError", code: "unauthorized", status: 401, retryable: "no" }],
  [{ kind: "http4xx", status: 403 }, { name: "PermissionError", code: "forbidden", status: 403, retryable: "no" }],
  [{ kind: "http4xx", status: 404, message: "You dont own the phone[1150]. " }, { name: "RefusedError", status: 404, message: "You dont own the phone[1150]." }],
  [{ kind: "http4xx", status: 409 }, { name: "ConflictError", code: "conflict", status: 409 }],
  [{ kind: "rateLimited", retryAfter: 2 }, { name: "RateLimitError", code: "rate_limited", status: 429, retryable: "yes", retryAfterMs: 2000 }],
  [{ kind: "http5xx" }, { name: "ServerError", code: "server_error", status: 500, retryable: "unknown" }],
  [{ kind: "html" }, { name: "ServerError", status: 502, retryable: "unknown" }],
  [{ kind: "html", status: 200 }, { name: "UnreadableAnswerError", status: 200, retryable: "unknown" }],
  [{ kind: "empty" }, { name: "UnreadableAnswerError", status: 200, retryable: "unknown" }],
  [{ kind: "truncated" }, { name: "UnreadableAnswerError", retryable: "unknown" }],
  [{ kind: "withoutIds" }, { name: "UnreadableAnswerError", retryable: "unknown" }],
  [{ kind: "redirect" }, { name: "UnreadableAnswerError", code: "redirected", status: 307 }],
  [{ kind: "drop" }, { name: "ConnectionError", code: "connection_failed", retryable: "unknown" }],
  [{ kind: "truncated", cut: "connection" }, { name: "ConnectionError", retryable: "unknown" }],
];

for (const [fault, expected] of TABLE) {
  test(`${JSON.stringify(fault)} is a ${expected.name}`, async (t) => {
    const { simulator, client } = await onSimulator(t);
    simulator.fail(fault);
    const message = { ...TEXT, message: SECRET_TEXT };
    const error = await client.sendMessage(message, { maxRetries: 0 }).then(() => assert.fail("it was queued"), (thrown) => thrown);
    assert.ok(error instanceof maytapi[expected.name], `${error.name} is no ${expected.name}`);
    assert.ok(error instanceof maytapi.MaytapiError && error instanceof Error);
    for (const [name, value] of Object.entries(expected)) assert.equal(error[name], value, name);
    assert.ok(!shown(error).includes(KEY) && !shown(error).includes(SECRET_TEXT), shown(error));
    assert.deepEqual(simulator.elsewhere.received, []);
    assert.equal((await client.sendMessage({ ...TEXT, message: "and then" })).state, "queued");
  });
}

test("nobody at the other end is a ConnectionError that keeps the reason", async () => {
  const client = new maytapi.MaytapiClient({ baseUrl: "http://127.0.0.1:9/api/main", token: TOKEN, phoneId: 1, maxRetries: 0 });
  const error = await client.sendMessage(TEXT).catch((thrown) => thrown);
  assert.equal(error.name, "ConnectionError");
  assert.ok(error.cause instanceof Error);
  client.free();
});

test("in a browser, no answer from a proxy of another origin speaks of the proxy's origins", async () => {
  const failing = async (/** @type {object} */ more) => {
    const error = await withFetch(() => Promise.reject(new TypeError("Failed to fetch")), { maxRetries: 0, ...more }).sendMessage(TEXT).catch((thrown) => thrown);
    assert.equal(error.name, "ConnectionError");
    return error.message;
  };
  const lost = await failing({});
  assert.ok(!lost.includes("origins"), "no browser");
  Object.assign(globalThis, { window: { document: {} } });
  Object.defineProperty(globalThis, "location", { value: new URL("https://shop.example/contact"), configurable: true });
  try {
    assert.match(await failing({}), /"origins" .* https:\/\/shop\.example\./);
    assert.equal(await failing({ baseUrl: "/api/main" }), lost, "the page's own origin");
    assert.equal(await failing({ baseUrl: undefined, token: undefined, apiKey: KEY, productId: "p", dangerouslyAllowBrowser: true }), lost, "no proxy");
  } finally {
    Reflect.deleteProperty(globalThis, "window");
    Reflect.deleteProperty(globalThis, "location");
  }
});

test("a server that echoes the credential, and a fetch that keeps it in its error, do not make us show it", async () => {
  const echo = `{"success":false,"message":"who is ${TOKEN}?","code":"${TOKEN}"}`;
  const keeping = () => {
    throw Object.assign(new Error(`failed with Bearer ${TOKEN}`), { config: { headers: new Headers({ authorization: `Bearer ${TOKEN}` }) } });
  };
  const inMap = () => Promise.reject(Object.assign(new Error("failed"), { headers: new Map([["authorization", `Bearer ${TOKEN}`]]) }));
  const inside = () => Promise.reject(Object.assign(new Error("failed"), { request: { headers: { authorization: `Bearer ${TOKEN}` } } }));
  // The start of an answer is kept: here it ends in the middle of the token.
  const atTheEnd = `${"x".repeat(495)}${TOKEN}`;
  const inFaults = JSON.stringify({ success: false, message: "no", faults: [{ path: TOKEN, code: TOKEN, message: TOKEN, suggestion: TOKEN }] });
  for (const fetch of [() => new Response(echo), () => new Response(`<p>${TOKEN}`, { status: 200 }), () => new Response(atTheEnd), () => new Response(inFaults, { status: 422 }), keeping, inMap, inside]) {
    const client = withFetch(fetch, { maxRetries: 0 });
    const error = await client.sendMessage(TEXT).catch((thrown) => thrown);
    assert.ok(error instanceof maytapi.MaytapiError);
    assert.ok(!shown(error).includes(TOKEN), shown(error));
    assert.ok(!shown(error.cause).includes(TOKEN), shown(error.cause));
    assert.ok(!String(error.body).includes(TOKEN.slice(0, 5)));
    client.free();
  }
});

test("a cause with megabytes of bytes is looked through at once", async () => {
  const client = withFetch(() => Promise.reject(Object.assign(new Error("failed"), { bytes: new Uint8Array(5_000_000) })), { maxRetries: 0 });
  const began = performance.now();
  await assert.rejects(client.sendMessage(TEXT), { name: "ConnectionError" });
  const took = performance.now() - began;
  assert.ok(took < 500, `it took ${took} ms`);
});

test("an answer that repeats the message can be read but is not printed", async () => {
  const client = withFetch(() => new Response(`we got ${SECRET_TEXT}`), { maxRetries: 0 });
  const error = await client.sendMessage({ type: "text", toNumber: TO, message: SECRET_TEXT }).catch((thrown) => thrown);
  assert.ok(error.body.includes(SECRET_TEXT));
  assert.ok(!shown(error).includes(SECRET_TEXT));
  client.free();
});

test("an error is made to be logged", async () => {
  const client = withFetch(() => new Response('{"success":false,"message":"no"}', { status: 403, headers: { "x-request-id": "r-1" } }));
  const error = await client.sendMessage(TEXT, { idempotencyKey: "order-7" }).catch((thrown) => thrown);
  assert.deepEqual(JSON.parse(JSON.stringify(error)), { name: "PermissionError", message: "no", code: "forbidden", retryable: "no", status: 403, requestId: "r-1", idempotencyKey: "order-7" });
  assert.match(error.stack, /errors\.test\.mjs/);
  client.free();
});
