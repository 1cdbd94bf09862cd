// The package through the real edge proxy in workerd: tokens that a backend minted, files, many, reads, retries that send once.
// @ts-check
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { MaytapiClient, PermissionError, ValidationError } from "maytapi";
import { createConfiguration, MessageSendingOperationsApi, ServerConfiguration } from "maytapi/openapi";
import { mintToken } from "maytapi/token";
import { startStack } from "../stack.mjs";
import { headerOf, PHONE, shown, TEXT, TO } from "./support.mjs";

/** @type {Awaited<ReturnType<typeof startStack>>} */
let stack;
before(async () => {
  stack = await startStack({ proxy: { policy: { reads: ["status", "listPhones"] } }, simulator: { duplicateFilter: "off", log: () => {} } });
});
after(() => stack.close());

/**
 * @param {object} [options]
 * @param {object} [token]
 */
const clientOf = (options = {}, token = {}) =>
  new MaytapiClient({ baseUrl: `${stack.edge}/api/main`, token: () => mintToken({ secret: stack.secret, subject: "user-1", ...token }), phoneId: PHONE, ...options });

test("a minted token sends, and the key is added behind it", async () => {
  const queued = await clientOf().sendMessage({ ...TEXT, message: "Hello through the edge" });
  assert.ok(queued.requestId && stack.simulator.messages.has(queued.msgId));
  const sent = stack.simulator.sends.at(-1);
  assert.equal(headerOf(/** @type {any} */ (sent), "x-maytapi-key"), stack.simulator.apiKey);
  assert.equal(headerOf(/** @type {any} */ (sent), "authorization"), undefined);
});

test("a file goes through in one piece", async () => {
  const bytes = new Uint8Array(3_000_000).map((_, i) => i * 7);
  await clientOf().sendMedia(TO, new File([bytes], "a.pdf", { type: "application/pdf" }), { text: "The offer" });
  const { message, filename, text } = /** @type {any} */ (stack.simulator.sends.at(-1)?.json);
  assert.deepEqual([filename, text], ["a.pdf", "The offer"]);
  assert.ok(Buffer.from(message.split(",")[1], "base64").equals(bytes));
});

test("an answer lost on the way is asked for again, and the message is sent once", async () => {
  const before = stack.simulator.sends.length;
  let lost = 0;
  const lossy = async (/** @type {any} */ url, /** @type {any} */ init) => {
    const answer = await fetch(url, init);
    if (lost++ < 2) throw new TypeError("the connection broke after the request had arrived");
    return answer;
  };
  const { msgId, response } = await clientOf({ fetch: lossy }).sendMessage({ ...TEXT, message: "once" });
  assert.equal(lost, 3);
  assert.ok(stack.simulator.messages.has(msgId));
  assert.equal(stack.simulator.sends.length, before + 1);
  assert.equal(response.headers.get("idempotency-replayed"), "true");
});

test("what the token does not allow is a PermissionError, and what Maytapi would refuse later is one of validation", async () => {
  const narrow = clientOf({ maxRetries: 0 }, { capability: { types: ["poll"] } });
  await assert.rejects(narrow.sendMessage(TEXT), (error) => error instanceof PermissionError && error.status === 403 && !shown(error).includes(stack.secret));
  const wrong = clientOf({ maxRetries: 0 }, { secret: `${stack.secret}x` });
  await assert.rejects(wrong.sendMessage(TEXT), { name: "AuthenticationError", status: 401 });
  // Checked again there: a caller need not use this package.
  const answer = await fetch(`${stack.edge}/api/main/${PHONE}/sendMessage`, { method: "POST", headers: { authorization: `Bearer ${await mintToken({ secret: stack.secret, subject: "u" })}`, "content-type": "application/json" }, body: JSON.stringify({ type: "text", to_number: "12" }) });
  const raw = new MaytapiClient({ baseUrl: "https://edge.example/api/main", token: "canary", phoneId: 1, maxRetries: 0, fetch: async () => answer });
  await assert.rejects(raw.sendMessage(TEXT), (error) => error instanceof ValidationError && error.faults.some(({ path }) => path === "toNumber" || path === "to_number"));
});

test("the generated client's surface, pointed at the proxy with a token for its key", async () => {
  const token = await mintToken({ secret: stack.secret, subject: "user-2" });
  const configuration = createConfiguration({ baseServer: new ServerConfiguration(`${stack.edge}/api/{account}`, { account: "main" }), authMethods: { ApiKeyAuth: token } });
  const { success, data } = await new MessageSendingOperationsApi(configuration).phoneIdSendMessagePost({ phoneId: String(PHONE), phoneIdSendMessagePostRequest: { toNumber: TO, type: "text", message: "Hello from before" } });
  assert.equal(success, true);
  assert.ok(stack.simulator.messages.has(data?.msgId ?? ""));
});

test("many, and the reads", async () => {
  const client = clientOf({}, { subject: "user-3" });
  const results = await client.sendMany([1, 2, 3].map((n) => ({ type: "text", toNumber: `1202555010${n}`, message: `number ${n}` })), { concurrency: 2 });
  assert.deepEqual(results.map(({ status }) => status), ["queued", "queued", "queued"]);
  assert.equal((await client.status()).loggedIn, true);
  assert.equal((await client.listPhones())[0]?.id, PHONE);
  assert.deepEqual(stack.simulator.destructive, []);
});
