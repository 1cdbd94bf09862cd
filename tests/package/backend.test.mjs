// `maytapi/token` and `maytapi/testing`: tokens that the proxy accepts, and sends that go nowhere.
// @ts-check
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { MaytapiClient, RefusedError } from "maytapi";
import { disconnected, queued, refused, scriptedFetch } from "maytapi/testing";
import { mintToken } from "maytapi/token";
import { TEXT, within } from "./support.mjs";

const SECRET = "canary-token-secret-0123456789-0123456789";
const part = (token, n) => JSON.parse(Buffer.from(token.split(".")[n], "base64url").toString());

test("a token is a JWT of HS256 with exactly the claims that the proxy reads", async () => {
  const now = new Date("2026-11-23T06:00:00.900Z");
  const capability = { phones: [1150], types: ["text"], to: ["+1 202 555 0123"], read: ["status"], batch: false };
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
  ]) {
    await assert.rejects(mintToken(/** @type {any} */ (options)), (error) => error.name === "ConfigurationError" && error.message.startsWith(`${named}: `) && !error.message.includes(SECRET));
  }
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
