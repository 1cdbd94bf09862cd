// Retries and idempotency keys, tokens that come from a function, the logger, the reads, webhooks, and access to the answer itself.
// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { advanceDelivery, MaytapiClient, parseWebhook } from "maytapi";
import { queued, refused, scriptedFetch } from "maytapi/testing";
import { onSimulator, PHONE, SECRET_TEXT, shown, TEXT, TO, TOKEN, within, withFetch } from "./support.mjs";

test("through the edge a lost answer is asked for again under the same key", async () => {
  const fetch = scriptedFetch([new TypeError("dropped"), { status: 503, headers: { "retry-after": "0" } }, queued("third")]);
  const { msgId } = await withFetch(fetch).sendMessage(TEXT);
  assert.equal(msgId, "third");
  const keys = fetch.requests.map(({ headers }) => headers["idempotency-key"]);
  assert.equal(keys.length, 3);
  assert.ok(keys[0] && new Set(keys).size === 1);
  const own = scriptedFetch([queued("1"), queued("2")]);
  const client = withFetch(own);
  await client.sendMessage(TEXT, { idempotencyKey: "order-7" });
  await client.sendMessage(TEXT);
  assert.match(own.requests[0].headers["idempotency-key"], /order-7/);
  assert.notEqual(own.requests[1].headers["idempotency-key"], own.requests[0].headers["idempotency-key"]);
});

test("a page that is no secure context makes keys too, each a new one", async (t) => {
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  t.after(() => delete (/** @type {any} */ (crypto).randomUUID));
  const fetch = scriptedFetch([queued("1"), queued("2")]);
  const client = withFetch(fetch);
  await client.sendMessage(TEXT);
  await client.sendMessage(TEXT);
  const [first, second] = fetch.requests.map(({ headers }) => headers["idempotency-key"]);
  assert.match(first ?? "", /\d+(-\d+){3}/);
  assert.notEqual(first, second);
});

test("a failure tells the key under which trying once more is safe", async () => {
  const error = await withFetch(scriptedFetch([new TypeError("dropped")]), { maxRetries: 0 }).sendMessage(TEXT, { idempotencyKey: "order-8" }).catch((thrown) => thrown);
  assert.equal(error.idempotencyKey, "order-8");
  assert.equal(JSON.parse(JSON.stringify(error)).idempotencyKey, "order-8");
});

test("straight to Maytapi only what never started is repeated", async (t) => {
  const { simulator, client } = await onSimulator(t);
  simulator.fail({ kind: "w05" });
  assert.equal((await client.sendMessage(TEXT)).state, "queued");
  simulator.fail({ kind: "rateLimited", retryAfter: 0 });
  await client.sendMessage({ ...TEXT, message: "again" });
  assert.equal(simulator.sends.length, 4);
  for (const kind of ["http5xx", "drop", "empty"]) {
    simulator.fail({ kind });
    await assert.rejects(client.sendMessage({ ...TEXT, message: kind }), { retryable: "unknown" });
  }
  assert.equal(simulator.sends.length, 7);
});

test("Retry-After is obeyed, in seconds and as a date, and an abort ends the wait at once", async () => {
  for (const form of [() => "1", () => new Date(Date.now() + 2000).toUTCString()]) {
    const after = form();
    const began = performance.now();
    await withFetch(scriptedFetch([{ status: 429, headers: { "retry-after": after } }])).sendMessage(TEXT);
    const took = performance.now() - began;
    assert.ok(took > 700 && took < 4000, `${after}: ${took} ms`);
  }
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 30);
  const fetch = scriptedFetch([{ status: 429, headers: { "retry-after": "60" } }]);
  const outcome = await within(1000, withFetch(fetch).sendMessage(TEXT, { signal: controller.signal }));
  assert.equal(outcome?.status === "rejected" && outcome.reason.name, "AbortError");
  assert.equal(fetch.requests.length, 1);
});

test("a token may come from a function, which is asked again once after a 401", async () => {
  let asked = 0;
  const fetch = scriptedFetch([{ status: 401, body: { success: false, message: "expired" } }, queued("1")]);
  const client = withFetch(fetch, { token: async () => `${TOKEN}-${++asked}` });
  assert.equal((await client.sendMessage(TEXT)).msgId, "1");
  assert.deepEqual(fetch.requests.map(({ headers }) => headers.authorization), [`Bearer ${TOKEN}-1`, `Bearer ${TOKEN}-2`]);
  const never = withFetch(scriptedFetch(Array.from({ length: 5 }, () => ({ status: 401, body: { success: false, message: `who is ${TOKEN}-fn?` } }))), { token: () => `${TOKEN}-fn`, maxRetries: 0 });
  const error = await never.sendMessage(TEXT).catch((thrown) => thrown);
  assert.equal(error.name, "AuthenticationError");
  assert.ok(!shown(error).includes(`${TOKEN}-fn`), shown(error));
  for (const token of [() => { throw new Error("no session"); }, () => Promise.reject("no session"), () => undefined, () => 7, () => "two words"]) {
    const failed = await within(1000, withFetch(scriptedFetch(), { token, maxRetries: 0 }).sendMessage(TEXT));
    assert.ok(failed?.status === "rejected" && ["AuthenticationError", "ConfigurationError"].includes(failed.reason.name), shown(failed));
  }
});

test("a logger hears of every send and every retry, and of nothing private", async () => {
  const lines = [];
  const logger = Object.fromEntries(["debug", "warn", "error"].map((level) => [level, (...line) => lines.push([level, ...line])]));
  const fetch = scriptedFetch([{ status: 503 }, queued("1"), refused("Phone is not connected")]);
  const client = withFetch(fetch, { logger });
  await client.sendMessage({ ...TEXT, message: SECRET_TEXT });
  await client.sendMessage(TEXT).catch(() => {});
  assert.deepEqual(lines.map(([level]) => level), ["warn", "debug", "error"]);
  for (const secret of [TOKEN, SECRET_TEXT, TO]) assert.ok(!JSON.stringify(lines).includes(secret), secret);
  lines.length = 0;
  await client.sendMessage(TEXT, { signal: AbortSignal.abort() }).catch(() => {});
  assert.deepEqual(lines.map(([level, , { code }]) => [level, code]), [["debug", "aborted"]], "who aborts knows of it");
  const broken = withFetch(scriptedFetch(), { logger: { debug() { throw new Error("full"); } } });
  assert.equal((await broken.sendMessage(TEXT)).state, "queued");
});

test("the answer's status and headers are there for who asks, and in no copy", async () => {
  const result = await withFetch(scriptedFetch([{ ...queued("1"), headers: { "x-request-id": "r-7", "idempotency-replayed": "true" } }])).sendMessage(TEXT);
  assert.equal(result.requestId, "r-7");
  assert.equal(result.response.status, 200);
  assert.equal(result.response.headers.get("idempotency-replayed"), "true");
  assert.ok(!("response" in { ...result }));
});

test("Maytapi's own answers name no request: only a proxy has a log to find it in", async () => {
  const fetch = scriptedFetch([{ ...queued("1"), headers: { "x-request-id": "r-7" } }]);
  const result = await new MaytapiClient({ productId: "00000000-0000-4000-8000-000000000000", apiKey: "canary-key", phoneId: "1150", fetch }).sendMessage(TEXT);
  assert.deepEqual({ ...result, msgId: "" }, { state: "queued", msgId: "", chatId: result.chatId, status: 200 });
  assert.equal(result.response.headers.get("x-request-id"), "r-7", "it is there for who asks");
});

test("what comes in the place of a picture is read as text where its content type says so", async () => {
  const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0xff);
  const answer = (/** @type {BodyInit} */ body, /** @type {string} */ type, status = 200) => new Response(body, { status, headers: type ? { "content-type": type } : {} });
  const refusal = JSON.stringify({ success: false, message: "Phone is not connected" });
  const screenOf = (/** @type {Response} */ response) => withFetch(scriptedFetch([response])).screen({ maxRetries: 0 });
  for (const type of ["image/png", "application/octet-stream", ""]) assert.deepEqual(await screenOf(answer(png, type)), png, type);
  for (const type of ["application/json; charset=utf-8", "Application/Problem+JSON", "text/plain"]) {
    await assert.rejects(screenOf(answer(refusal, type)), { name: "RefusedError", message: "Phone is not connected" }, type);
  }
  await assert.rejects(screenOf(answer("<html>Bad gateway", "text/html", 502)), { name: "ServerError", body: "<html>Bad gateway" });
  await assert.rejects(screenOf(answer("no picture", "application/octet-stream")), { name: "UnreadableAnswerError" });
});

test("the reads, each as plain data", async (t) => {
  const { simulator, client } = await onSimulator(t);
  await client.sendMessage(TEXT);
  await simulator.idle();
  const phones = await client.listPhones();
  assert.deepEqual(phones.map(({ id, number, status }) => [id, number, status])[0], [PHONE, "12025550100", "active"]);
  assert.equal((await client.status()).loggedIn, true);
  assert.deepEqual(await client.queue(), { sending: 0 });
  assert.ok(Array.isArray((await client.logs()).entries));
  const screen = await client.screen();
  assert.deepEqual([...screen.slice(1, 4)], [...Buffer.from("PNG")]);
  assert.ok((await client.catalog()).every(({ productId }) => typeof productId === "string"));
  assert.deepEqual(await client.checkPhones([`+${TO}`]), [{ id: `${TO}@c.us`, valid: true }]);
  await assert.rejects(client.screen({ phoneId: 1151 }), { name: "RefusedError", message: "Phone is not connected" });
  simulator.fail({ kind: "http5xx", on: "queue" });
  assert.deepEqual(await client.queue(), { sending: 0 }, "a read is repeated");
  for (const numbers of [undefined, "x", [7], ["nobody"]]) {
    const failed = await within(1000, client.checkPhones(/** @type {any} */ (numbers)));
    assert.equal(failed?.status, "rejected", JSON.stringify(numbers));
  }
  assert.deepEqual(simulator.destructive, []);
});

test("a read has no key, also where the options of a send are given", async () => {
  const fetch = scriptedFetch();
  const failed = await withFetch(fetch).status(/** @type {any} */ ({ idempotencyKey: "order-7", maxRetries: 0 })).catch((error) => error);
  assert.equal(fetch.requests[0].headers["idempotency-key"], undefined);
  assert.equal(failed.idempotencyKey, undefined);
});

test("webhooks: what became of a message, what came in, and what nobody knows", async (t) => {
  const { simulator } = await onSimulator(t);
  const event = parseWebhook(simulator.emit("message", { text: "Hi there" }).body ?? { type: "message", message: { type: "text", text: "Hi there" }, conversation: "12025550199@c.us" });
  assert.equal(event?.type, "message");
  const ack = parseWebhook({ type: "ack", product_id: "p", phone_id: PHONE, data: [{ ackCode: 1, ackType: "delivered", chatId: "c", msgId: "m", time: 1 }] });
  assert.equal(ack.acks[0].kind, "delivery");
  assert.equal(ack.acks[0].state, "sent", "Maytapi's delivered means that WhatsApp's server has it");
  assert.equal(parseWebhook({ type: "error", code: "F04", message: "Options are required.", data: { id: "m" } }).failed.msgId, "m");
  assert.equal(parseWebhook({ type: "new_thing", x: 1 }).type, "unknown");
  assert.deepEqual(parseWebhook({ type: "new_thing", x: 1 }).raw, { type: "new_thing", x: 1 });
  const body = { type: "ack", data: [{ ackCode: 2, rxid: "true_x" }] };
  for (const handedOn of [JSON.stringify(body), { headers: {}, body }, [{ body: JSON.stringify(body) }]]) {
    const { acks, raw } = parseWebhook(handedOn);
    assert.deepEqual(acks, [{ kind: "delivery", whatsappId: "true_x", state: "delivered" }]);
    assert.deepEqual(raw, body);
  }
  for (const none of [undefined, null, 7, "ack", [], {}]) assert.equal(parseWebhook(none), undefined);
  assert.equal(advanceDelivery("read", "sent"), "read");
  assert.equal(advanceDelivery("sent", "delivered"), "delivered");
  assert.equal(advanceDelivery("sent", "failed"), "failed");
  assert.equal(advanceDelivery("failed", "delivered"), "delivered");
});

test("many sends can have keys of their own, but not share one", async () => {
  const fetch = scriptedFetch();
  const client = withFetch(fetch);
  await client.sendMany([TEXT, TEXT], { concurrency: 1, idempotencyKey: (message, index) => `list-3-${index}` });
  assert.deepEqual(fetch.requests.map(({ headers }) => headers["idempotency-key"].replaceAll('"', "")), ["list-3-0", "list-3-1"]);
  assert.throws(() => client.sendMany([TEXT], /** @type {any} */ ({ idempotencyKey: "one" })), { name: "ConfigurationError" });
});

test("a function for keys that throws fails its own item, in its place, however many there are", async () => {
  const client = withFetch(scriptedFetch());
  const items = Array.from({ length: 20_000 }, (_, i) => ({ ...TEXT, message: `number ${i}` }));
  const own = new Error("no key");
  const results = await client.sendMany(items, { idempotencyKey: () => { throw own; } });
  assert.equal(results.length, items.length);
  assert.ok(results.every((result, i) => result.index === i && result.message === items[i] && result.error === own));
});
