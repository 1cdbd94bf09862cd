// `maytapi/token` and `maytapi/testing`: tokens that the proxy accepts, what it passes on verified, and sends that go nowhere.
// @ts-check
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";
import { AuthenticationError, MaytapiClient, RefusedError } from "maytapi";
import { disconnected, queued, refused, scriptedFetch } from "maytapi/testing";
import { mintToken, verifyWebhook } from "maytapi/token";
import { Webhook } from "standardwebhooks";
import { TEXT, within } from "./support.mjs";

const SECRET = "canary-token-secret-0123456789-0123456789";
const part = (token, n) => JSON.parse(Buffer.from(token.split(".")[n], "base64url").toString());

test("a token is a JWT of HS256 with exactly the claims that the proxy reads", async () => {
  const now = new Date("2026-11-23T06:00:00.900Z");
  const capability = { phones: [1150], types: ["text"], to: ["+1 202 555 0123"], read: ["status"], batch: false, watch: "own", manage: false };
  const token = await mintToken({ secret: SECRET, subject: "user-ä", issuer: "https://shop.example/", expiresInSeconds: 60, capability, now });
  assert.deepEqual(part(token, 0), { alg: "HS256", typ: "JWT" });
  const issued = Date.parse("2026-11-23T06:00:00Z") / 1000;
  assert.deepEqual(part(token, 1), { sub: "user-ä", aud: "maytapi-edge", iss: "https://shop.example/", iat: issued, exp: issued + 60, maytapi: capability });
  const [header, payload, signature] = token.split(".");
  assert.equal(signature, createHmac("sha256", SECRET).update(`${header}.${payload}`).digest("base64url"));
  assert.deepEqual(Object.keys(part(await mintToken({ secret: SECRET, subject: "u" }), 1)), ["sub", "aud", "iat", "exp"]);
});

test("line ends after the secret are not part of it, as in the proxy", async () => {
  const minted = (/** @type {string} */ end) => mintToken({ secret: `${SECRET}${end}`, subject: "u", now: new Date(0) });
  for (const end of ["\n", "\r\n", "\n\n"]) assert.equal(await minted(end), await minted(""));
  assert.notEqual(await minted(" "), await minted(""));
  await assert.rejects(mintToken({ secret: `${"x".repeat(31)}\n`, subject: "u" }), /at least 32 bytes/);
});

test("a token that the proxy would refuse is not minted, and the secret is not told", async () => {
  const good = { secret: SECRET, subject: "u" };
  for (const [options, named] of [
    [undefined, "secret"],
    [{ ...good, secret: "short" }, "secret"],
    [{ ...good, secret: 5 }, "secret"],
    [{ ...good, subject: "" }, "subject"],
    [{ ...good, subject: "a\nb" }, "subject"],
    [{ ...good, subject: "u".repeat(257) }, "subject"],
    [{ ...good, audience: "" }, "audience"],
    [{ ...good, issuer: 1 }, "issuer"],
    [{ ...good, expiresInSeconds: 0 }, "expiresInSeconds"],
    [{ ...good, expiresInSeconds: 1e9 }, "expiresInSeconds"],
    [{ ...good, now: new Date(Number.NaN) }, "now"],
    [{ ...good, capability: [] }, "capability"],
    [{ ...good, capability: { admin: true } }, "capability.admin"],
    [{ ...good, capability: { phones: "1150" } }, "capability.phones"],
    [{ ...good, capability: { types: [1] } }, "capability.types"],
    [{ ...good, capability: { batch: [] } }, "capability.batch"],
    [{ ...good, capability: { watch: true } }, "capability.watch"],
    [{ ...good, capability: { watch: "all" } }, "capability.watch"],
    [{ ...good, capability: { manage: "yes" } }, "capability.manage"],
  ]) {
    await assert.rejects(mintToken(/** @type {any} */ (options)), (error) => error.name === "ConfigurationError" && error.message.startsWith(`${named}: `) && !error.message.includes(SECRET));
  }
});

test("a webhook that the standard's own library signed is verified, and one that it would refuse is not", async () => {
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  const body = JSON.stringify({ type: "ack", data: [{ ackCode: 2, msgId: "m-ä" }] });
  const at = new Date("2026-11-23T06:00:00Z");
  const now = new Date("2026-11-23T06:04:59Z");
  const signed = (/** @type {string} */ text, by = secret) => ({ "webhook-id": "msg_1", "webhook-timestamp": String(at.getTime() / 1000), "webhook-signature": new Webhook(by).sign("msg_1", at, text) });
  const verified = { id: "msg_1", timestamp: at, event: JSON.parse(body) };
  const other = `whsec_${randomBytes(24).toString("base64")}`;
  const headers = signed(body);
  for (const [given, options] of [
    [headers, { secret }],
    [new Headers(headers), { secret: secret.slice(6) }],
    [{ "Webhook-Id": "msg_1", "Webhook-Timestamp": headers["webhook-timestamp"], "Webhook-Signature": headers["webhook-signature"] }, { secret: [other, secret] }],
    [{ ...headers, "webhook-signature": `v1a,b3RoZXI= v1,b3RoZXI= ${headers["webhook-signature"]}` }, { secret }],
  ]) {
    assert.deepEqual(await verifyWebhook(body, /** @type {any} */ (given), { now, .../** @type {any} */ (options) }), verified);
    assert.deepEqual(await verifyWebhook(new TextEncoder().encode(body), /** @type {any} */ (given), { now, .../** @type {any} */ (options) }), verified);
  }
  for (const [given, text, code, options] of /** @type {[any, string, string, any][]} */ ([
    [{}, body, "missing_signature", {}],
    [{ ...headers, "webhook-id": "msg_2" }, body, "invalid_signature", {}],
    [{ ...headers, "webhook-signature": "v1,not base64" }, body, "invalid_signature", {}],
    [{ ...headers, "webhook-signature": headers["webhook-signature"].replace("v1,", "v2,") }, body, "invalid_signature", {}],
    [signed(body, other), body, "invalid_signature", {}],
    [headers, `${body} `, "invalid_signature", {}],
    [{ ...headers, "webhook-timestamp": "1795735201" }, body, "stale_signature", {}],
    [{ ...headers, "webhook-timestamp": "soon" }, body, "stale_signature", {}],
    [headers, body, "stale_signature", { now: new Date("2026-11-23T06:05:01Z") }],
    [headers, body, "stale_signature", { now: new Date("2026-11-23T05:54:59Z") }],
    [signed("no json"), "no json", "unreadable_webhook", {}],
  ])) {
    await assert.rejects(verifyWebhook(text, given, { secret, now, ...options }), (error) => error instanceof AuthenticationError && error.code === code && !error.message.includes(secret), code);
  }
  for (const [options, named] of [[undefined, "secret"], [{ secret: "" }, "secret"], [{ secret: [] }, "secret"], [{ secret: "whsec_c2hvcnQ=" }, "secret"], [{ secret, toleranceSeconds: 0 }, "toleranceSeconds"], [{ secret, now: 5 }, "now"]]) {
    await assert.rejects(verifyWebhook(body, headers, /** @type {any} */ (options)), (error) => error.name === "ConfigurationError" && error.message.startsWith(`${named}: `));
  }
  await assert.rejects(verifyWebhook(/** @type {any} */ (JSON.parse(body)), headers, { secret }), { name: "ConfigurationError", code: "invalid_option" });
});

test("a scripted fetch answers as it was told and keeps what it was asked", async () => {
  const fetch = scriptedFetch([queued("first"), refused("no", "F04"), disconnected(), { status: 503 }, ({ json }) => queued(`echo ${json.message}`), new Response("<html>")]);
  const client = new MaytapiClient({ baseUrl: "https://edge.example/api/main", token: "canary", phoneId: 7, maxRetries: 0, fetch });
  assert.equal((await client.sendMessage(TEXT)).msgId, "first");
  await assert.rejects(client.sendMessage(TEXT), (error) => error instanceof RefusedError && error.code === "F04");
  await assert.rejects(client.sendMessage(TEXT), { name: "ConnectionError" });
  await assert.rejects(client.sendMessage(TEXT), { name: "ServerError", status: 503 });
  assert.equal((await client.sendMessage(TEXT)).msgId, "echo Hello");
  await assert.rejects(client.sendMessage(TEXT), { name: "UnreadableAnswerError" });
  const [one, two] = [await client.sendMessage(TEXT), await client.sendMessage(TEXT)];
  assert.notEqual(one.msgId, two.msgId);
  assert.equal(fetch.requests.length, 8);
  assert.deepEqual(fetch.requests[0].json, { to_number: "12025550123", type: "text", message: "Hello" });
  assert.equal(fetch.requests[0].headers.authorization, "Bearer canary");
  assert.equal(fetch.requests[0].method, "POST");
  fetch.script({ delayMs: 60_000, body: {} });
  await assert.rejects(client.sendMessage(TEXT, { timeoutMs: 20 }), { name: "TimeoutError" });
  fetch.script({ delayMs: 10, ...queued("late") });
  assert.equal((await within(1000, client.sendMedia("12025550123", new Blob(["%PDF"], { type: "application/pdf" }))))?.status, "fulfilled");
  assert.equal(fetch.requests.at(-1).json.message, `data:application/pdf;base64,${btoa("%PDF")}`);
});
