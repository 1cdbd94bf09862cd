// Sending with the package in Node: what goes over the wire, what comes back, what is refused before.
// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { inspect } from "node:util";
import { ConfigurationError, MaytapiClient, messageTypes, ready, validate, validateRaw, ValidationError } from "maytapi";
import { headerOf, KEY, onSimulator, PHONE, QUEUED, TEXT, TO, TOKEN, within, withFetch } from "./support.mjs";

test("a message arrives at Maytapi as exactly its JSON, with the key in its header", async (t) => {
  const { simulator, client } = await onSimulator(t);
  const queued = await client.sendMessage({ type: "media", toNumber: "+1 (202) 555-0123", message: "https://files.example/a.pdf", filename: "a.pdf", text: "The offer", skipFilter: true });
  assert.equal(queued.state, "queued");
  assert.equal(queued.status, 200);
  assert.equal(queued.chatId, `${TO}@c.us`);
  assert.ok(simulator.messages.has(queued.msgId));
  const [sent] = simulator.sends;
  assert.deepEqual(sent.json, { to_number: TO, type: "media", message: "https://files.example/a.pdf", text: "The offer", filename: "a.pdf", skip_filter: true });
  assert.equal(sent.path, `/api/${simulator.productId}/${PHONE}/sendMessage`);
  assert.equal(sent.query, "");
  assert.equal(headerOf(sent, "x-maytapi-key"), KEY);
  assert.equal(headerOf(sent, "authorization"), undefined);
});

test("the raw form carries types that the package does not know", async (t) => {
  const { simulator, client } = await onSimulator(t);
  await client.sendRaw({ type: "list", toNumber: `+${TO}`, sections: [{ rows: [{ id: "1" }] }] });
  assert.deepEqual(simulator.sends[0].json, { to_number: TO, type: "list", sections: [{ rows: [{ id: "1" }] }] });
});

test("through the edge the token is a bearer token and the key stays away", async () => {
  let seen;
  const client = withFetch((url, init) => {
    seen = { url, ...init };
    return new Response(QUEUED);
  });
  await client.sendMessage(TEXT, { phoneId: "77" });
  assert.equal(seen.url, "https://edge.example/api/main/77/sendMessage");
  const headers = new Headers(seen.headers);
  assert.equal(headers.get("authorization"), `Bearer ${TOKEN}`);
  assert.equal(headers.has("x-maytapi-key"), false);
  assert.equal(seen.redirect, "manual");
});

test("a message is read at the moment of the call", async (t) => {
  const { simulator, client } = await onSimulator(t);
  const message = { type: "text", toNumber: TO, message: "first" };
  const sending = [client.sendMessage(message)];
  message.message = "second";
  sending.push(client.sendMessage(message));
  await Promise.all(sending);
  assert.deepEqual(simulator.sends.map(({ json }) => json.message).sort(), ["first", "second"]);
});

test("a hundred sends at a time each get their own answer", async (t) => {
  const { simulator, client } = await onSimulator(t);
  const queued = await Promise.all(Array.from({ length: 100 }, (_, i) => client.sendMessage({ ...TEXT, message: `number ${i}` })));
  assert.equal(new Set(queued.map(({ msgId }) => msgId)).size, 100);
  assert.equal(simulator.sends.length, 100);
});

test("a message with faults leaves nothing and names every fault", async (t) => {
  const { simulator, client } = await onSimulator(t);
  await assert.rejects(client.sendMessage({ type: "text", toNumber: "12", caption: "x" }), (error) => {
    assert.ok(error instanceof ValidationError);
    assert.deepEqual(error.faults.map(({ path }) => path).sort(), ["caption", "message", "toNumber"]);
    return true;
  });
  assert.equal(simulator.received.length, 0);
});

test("validation says what would be sent, or what is wrong", () => {
  assert.deepEqual(validate({ type: "text", to_number: "+1-202-555-0123", message: "x" }), { valid: true, message: { toNumber: TO, type: "text", message: "x" }, wire: { to_number: TO, type: "text", message: "x" }, hints: [] });
  const page = validate({ type: "media", toNumber: TO, message: "https://drive.google.com/file/d/1/view" });
  assert.deepEqual(page.hints.map(({ path, code }) => [path, code]), [["message", "page_not_file"]]);
  assert.match(page.hints[0].message, /page/);
  const { valid, faults } = validate({ type: "media", toNumber: TO, caption: "x" });
  assert.equal(valid, false);
  assert.equal(faults.find(({ path }) => path === "caption").suggestion, "text");
  assert.deepEqual(validateRaw({ type: "whatever", toNumber: TO, x_y: [1] }).message, { to_number: TO, type: "whatever", x_y: [1] });
  assert.equal(validateRaw({ type: "whatever", toNumber: "0" }).valid, false);
});

test("what validation gives as the message is sent as the same JSON", async (t) => {
  const { simulator, client } = await onSimulator(t);
  for (const draft of [
    { type: "poll", to_number: `+${TO}`, message: "Tea?", options: ["yes", "no"], only_one: true, skip_filter: true, reply_to: "m-1" },
    { type: "vcard", toNumber: TO, message: { display_name: "Ann", vcard: "BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nEND:VCARD" } },
    { type: "buttons", toNumber: TO, message: "m", buttons: [{ text: "call", phone_number: TO }], title: "", footer: null },
    { toJSON: () => ({ type: "forward", toNumber: TO, message: "m-1", forwardCaption: false }) },
  ]) {
    const checked = validate(draft);
    assert.ok(checked.valid, inspect(checked));
    assert.ok(Object.keys(checked.message).every((name) => !name.includes("_")), inspect(checked.message));
    await client.sendMessage(checked.message);
    assert.deepEqual(simulator.sends.at(-1).json, checked.wire);
  }
});

test("a wrong option is told at once, by name and without its value", () => {
  for (const [options, named] of [
    [{}, "token"],
    [{ token: TOKEN }, "baseUrl"],
    [{ apiKey: KEY }, "productId"],
    [{ apiKey: KEY, token: TOKEN, baseUrl: "https://edge.example" }, "token"],
    [{ apiKey: KEY, productId: "../x" }, "productId"],
    [{ baseUrl: "http://edge.example/api", token: TOKEN }, "baseUrl"],
    [{ baseUrl: "https://edge.example/api", token: "two words" }, "token"],
    [{ baseUrl: "https://edge.example/api", token: TOKEN, phoneId: "../logout" }, "phoneId"],
    [{ baseUrl: "https://edge.example/api", token: TOKEN, timeoutMs: -1 }, "timeoutMs"],
    [{ baseUrl: "https://edge.example/api", token: TOKEN, fetch: "fetch" }, "fetch"],
    [null, "options"],
    ["https://edge.example", "options"],
    [new Proxy({}, { ownKeys: () => { throw new Error("no"); } }), "options"],
  ]) {
    assert.throws(() => new MaytapiClient(/** @type {any} */ (options)), (error) => {
      assert.ok(error instanceof ConfigurationError, inspect(options));
      assert.ok(error.message.startsWith(`${named}: `), `${inspect(options)}: ${error.message}`);
      return true;
    });
  }
});

test("the key in a browser is refused unless somebody insists", () => {
  const options = { productId: "00000000-0000-4000-8000-000000000000", apiKey: KEY };
  Object.assign(globalThis, { window: { document: {} } });
  try {
    assert.throws(() => new MaytapiClient(options), /apiKey: .*dangerouslyAllowBrowser/);
    new MaytapiClient({ ...options, dangerouslyAllowBrowser: true }).free();
    withFetch(() => new Response(QUEUED)).free();
  } finally {
    Reflect.deleteProperty(globalThis, "window");
  }
  new MaytapiClient(options).free();
});

test("a relative address is one of the page's own server", async () => {
  let address;
  Object.defineProperty(globalThis, "location", { value: new URL("https://shop.example/contact?x#y"), configurable: true });
  try {
    const client = withFetch((url) => {
      address = url;
      return new Response(QUEUED);
    }, { baseUrl: "/api/main" });
    await client.sendMessage(TEXT);
  } finally {
    Reflect.deleteProperty(globalThis, "location");
  }
  assert.equal(address, `https://shop.example/api/main/${PHONE}/sendMessage`);
});

test("a freed client says so, and what was under way ends as it would have", async (t) => {
  const { client } = await onSimulator(t);
  const sending = client.sendMessage(TEXT);
  client.free();
  client.free();
  assert.equal((await sending).state, "queued");
  await assert.rejects(client.sendMessage(TEXT), { name: "ConfigurationError", code: "client_freed" });
  const disposed = withFetch(() => new Response(QUEUED));
  disposed[Symbol.dispose]();
  await assert.rejects(disposed.sendMessage(TEXT), { code: "client_freed" });
});

test("a client may be freed by what it calls itself", async () => {
  for (const freeing of ["fetch", "token", "debug"]) {
    const free = (/** @type {string} */ by) => {
      if (by === freeing) client.free();
    };
    const client = withFetch(() => { free("fetch"); return new Response(QUEUED); }, { token: () => { free("token"); return TOKEN; }, logger: { debug: () => free("debug") } });
    assert.equal((await client.sendMessage(TEXT)).state, "queued", freeing);
    await assert.rejects(client.sendMessage(TEXT), { code: "client_freed" });
  }
});

test("a signal that fails ends the send, not the wait for it", async () => {
  const fails = () => {
    throw new Error("a signal's own");
  };
  for (const broken of [{ addEventListener: fails }, { removeEventListener: fails }]) {
    const signal = /** @type {any} */ ({ aborted: false, addEventListener() {}, removeEventListener() {}, ...broken });
    const outcome = await within(1000, withFetch(() => new Response(QUEUED)).sendMessage(TEXT, { signal }));
    assert.equal(/** @type {any} */ (outcome)?.reason.message, "a signal's own");
  }
});

test("the credential is in nothing that the client shows of itself", () => {
  const client = withFetch(() => new Response(QUEUED));
  const text = inspect(client, { depth: 10, showHidden: true }) + JSON.stringify(client) + String(client);
  assert.ok(!text.includes(TOKEN));
});

test("Node needs no waiting", async () => {
  await ready();
  assert.equal(messageTypes().length, 15);
});

test("a time-out and an abort end the wait", async (t) => {
  const { simulator, client } = await onSimulator(t);
  simulator.fail({ kind: "hang", times: 2 });
  await assert.rejects(client.sendMessage(TEXT, { timeoutMs: 500 }), { name: "TimeoutError", code: "timeout", retryable: "unknown" });
  const controller = new AbortController();
  const aborted = assert.rejects(client.sendMessage(TEXT, { signal: controller.signal }), { name: "AbortError" });
  while (simulator.sends.length < 2) await setImmediate();
  controller.abort();
  await aborted;
  await assert.rejects(client.sendMessage(TEXT, { signal: AbortSignal.abort("changed my mind") }), (reason) => reason === "changed my mind");
  assert.equal(simulator.sends.length, 2);
  assert.equal((await client.sendMessage(TEXT)).state, "queued");
});
