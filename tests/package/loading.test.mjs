// The module that is loaded on demand, as in a browser: who waits, who says what to do, and that a failed load can be tried again.
// @ts-check
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
// The entry for browsers by its file: Node's own would be ready from the start. Node's fetch has no file: URLs, so it fails at first.
import { advanceDelivery, MaytapiClient, messageTypes, NotReadyError, parseWebhook, ready, validate, validateRaw } from "../../pkg/browser.js";
import { loadFrom } from "../../pkg/lib/core.js";
import { renderTemplate, templateFields } from "../../pkg/lib/batches/templates.js";

const QUEUED = '{"success":true,"data":{"chatId":"12025550123@c.us","msgId":"00000000-0000-4000-8000-000000000001"}}';
const TEXT = { type: "text", toNumber: "12025550123", message: "Hello" };
const bytes = readFileSync(new URL("../../pkg/dist/maytapi_page.wasm", import.meta.url));
const options = { baseUrl: "https://edge.example/api/main", token: "canary", phoneId: 1, fetch: async () => new Response(QUEUED) };

test("before, during and after a load that fails and one that succeeds", async () => {
  for (const [name, call] of Object.entries({ validate, validateRaw, messageTypes, parseWebhook, renderTemplate, templateFields })) {
    assert.throws(() => call(/** @type {any} */ (TEXT)), (error) => error instanceof NotReadyError && error.code === "not_ready" && error.message.startsWith(`${name} was called before`) && error.message.includes("await ready()"));
  }

  const client = new MaytapiClient(options);
  const failed = await client.sendMessage(TEXT).catch((error) => error);
  assert.ok(failed instanceof NotReadyError);
  assert.equal(failed.code, "load_failed");
  assert.ok(failed.cause instanceof Error);
  await assert.rejects(ready("nowhere:"), { code: "load_failed" });
  await assert.rejects(ready(new Uint8Array([1, 2, 3])), { code: "load_failed" });

  // What Next.js puts in the place of a URL is one whose members can't be changed. Nobody listens there, which may pass.
  loadFrom(() => Object.defineProperty(new URL("http://127.0.0.1:9/module.wasm"), "pathname", { value: "/module.wasm" }), true);
  await assert.rejects(ready(), { code: "load_failed", retryable: "yes" });

  const message = { type: "text", toNumber: "12025550123", message: "first" };
  let body = "";
  const waiting = new MaytapiClient({ ...options, fetch: async (_, init) => { body = init.body; return new Response(QUEUED); } });
  const wrong = new MaytapiClient({ baseUrl: "nonsense", token: "canary" });
  const loading = ready(bytes);
  assert.equal(ready(), loading, "one load serves all");
  const sending = waiting.sendMessage(message);
  message.message = "changed";
  assert.throws(() => validate(TEXT), { code: "not_ready" });
  assert.equal((await sending).state, "queued");
  assert.equal(JSON.parse(body).message, "first", "a message is read at the moment of the call");
  await assert.rejects(wrong.sendMessage(TEXT), { name: "ConfigurationError", code: "invalid_option" });

  await loading;
  assert.equal(validate(TEXT).valid, true);
  assert.equal((await client.sendMessage(TEXT)).state, "queued");
  await ready(new Uint8Array([1, 2, 3]));
  assert.equal(messageTypes().length, 15);
  assert.equal(advanceDelivery("queued", "read"), "read");
  for (const [where, call] of /** @type {[string, () => unknown][]} */ ([
    ["maytapi/inline", () => parseWebhook({ type: "ack" })],
    ["maytapi/templates", () => renderTemplate({ type: "text", message: "Hi" })],
    ["maytapi/templates", () => templateFields({ type: "text", message: "Hi" })],
  ])) {
    assert.throws(call, (error) => error instanceof NotReadyError && error.code === "not_in_page" && error.message.includes(where), where);
  }
});
