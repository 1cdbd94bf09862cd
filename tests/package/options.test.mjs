// Options that nobody meant: a name that there is not, and a value that is missing because its variable is not set.
// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigurationError, MaytapiClient } from "maytapi";
import { scriptedFetch } from "maytapi/testing";
import { KEY, TEXT, TO, TOKEN, withFetch } from "./support.mjs";

/** @type {any} */
const given = { baseUrl: "https://edge.example/api/main", token: TOKEN };

/** @param {string} wrong @param {string} likely */
const refused = (wrong, likely) => (/** @type {unknown} */ error) => error instanceof ConfigurationError && error.code === "invalid_option" && error.message.startsWith(`${wrong}: `) && error.message.includes(`did you mean ${likely}?`);

test("an unknown option is refused with the likely one, wherever options are taken, and nothing is sent", async () => {
  for (const [wrong, likely] of [["timeout", "timeoutMs"], ["retries", "maxRetries"], ["baseURL", "baseUrl"], ["phone_id", "phoneId"], ["dangerouslyAllowBrowsers", "dangerouslyAllowBrowser"]]) {
    assert.throws(() => new MaytapiClient({ ...given, [wrong]: 1 }), refused(wrong, likely), wrong);
  }
  const fetch = scriptedFetch();
  const client = withFetch(fetch);
  /** @type {(options: object) => any} */
  const as = (options) => options;
  for (const [wrong, likely] of [["timeout", "timeoutMs"], ["idempotencykey", "idempotencyKey"], ["signals", "signal"]]) {
    const options = as({ [wrong]: 1 });
    await assert.rejects(client.sendMessage(TEXT, options), refused(wrong, likely), wrong);
    await assert.rejects(client.sendRaw(TEXT, options), refused(wrong, likely), wrong);
    await assert.rejects(client.status(options), refused(wrong, likely), wrong);
    await assert.rejects(client.checkPhones([TO], options), refused(wrong, likely), wrong);
    // A file's options are fields of its message as well.
    await assert.rejects(client.sendMedia(TO, new Blob(["x"], { type: "text/plain" }), options), { name: "ValidationError" }, wrong);
  }
  for (const [wrong, likely] of [["concurency", "concurrency"], ["rate", "perSecond"], ["timeout", "timeoutMs"]]) assert.throws(() => client.sendMany([TEXT], as({ [wrong]: 2 })), refused(wrong, likely), wrong);
  await assert.rejects(client.sendMessage(TEXT, as({ zzzzzz: 1 })), /zzzzzz: there is no such option; there are phoneId, timeoutMs, .*\.$/);
  assert.equal(fetch.requests.length, 0);
  // What is undefined is left out.
  assert.equal((await client.sendMessage(TEXT, as({ timeout: undefined }))).state, "queued");
});

test("what follows messages refuses an unknown option as every other call does", async () => {
  const fetch = scriptedFetch();
  const client = new MaytapiClient({ ...given, phoneId: 1150, fetch });
  /** @type {(options: object) => any} */
  const as = (options) => options;
  /** @type {[string, string, (options: any) => Promise<unknown>][]} */
  const calls = [
    ["timeout", "timeoutMs", (options) => client.message("m", options)],
    ["signals", "signal", (options) => client.messages(["m"], options)],
    ["phoneid", "phoneId", (options) => client.incoming("in_0", options)],
    ["untill", "until", (options) => client.track("m", options).next()],
    ["afterr", "after", (options) => client.events(options).next()],
  ];
  for (const [wrong, likely, call] of calls) await assert.rejects(call(as({ [wrong]: 1 })), refused(wrong, likely), wrong);
  // Of another call's options none is known.
  await assert.rejects(client.track("m", as({ after: "start" })).next(), /^ConfigurationError: after: there is no such option; there are until, phoneId, signal\.$/);
  await assert.rejects(client.message("m", as({ idempotencyKey: "k" })), { code: "invalid_option" });
  await assert.rejects(client.events(as({ timeoutMs: 5 })).next(), { code: "invalid_option" });
  assert.equal(fetch.requests.length, 0);
});

test("a value that is missing says which variable to look at", () => {
  for (const [options, named, variable] of [
    [{ productId: undefined, apiKey: KEY }, "productId", "MAYTAPI_PRODUCT_ID"],
    [{ productId: "", apiKey: KEY }, "productId", "MAYTAPI_PRODUCT_ID"],
    [{ productId: "p", apiKey: undefined }, "apiKey", "MAYTAPI_KEY"],
    [{ productId: "p", apiKey: "" }, "apiKey", "MAYTAPI_KEY"],
    [{ ...given, token: undefined }, "token", "MAYTAPI_TOKEN"],
    [{ ...given, baseUrl: undefined }, "baseUrl", "MAYTAPI_BASE_URL"],
    [{ token: () => TOKEN }, "baseUrl", "MAYTAPI_BASE_URL"],
  ]) {
    assert.throws(() => new MaytapiClient(options), (error) => error instanceof ConfigurationError && error.message.startsWith(`${named}: `) && error.message.includes(variable), JSON.stringify(options));
  }
});
