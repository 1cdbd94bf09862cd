// Values and fetches that mean harm, with what must come of each; the same table runs in Node and in a browser.
// @ts-check

/** @typedef {typeof import("maytapi")} Package */

const TO = "12025550123";
const QUEUED = '{"success":true,"data":{"chatId":"12025550123@c.us","msgId":"00000000-0000-4000-8000-000000000001"}}';

/** @returns {Record<string, unknown>} */
export function values() {
  const cyclic = /** @type {Record<string, unknown>} */ ({ type: "text", toNumber: TO, message: "x" });
  cyclic.self = cyclic;
  let deep = /** @type {unknown} */ ("bottom");
  for (let i = 0; i < 100_000; i += 1) deep = [deep];
  const refuse = () => {
    throw new Error("a trap");
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  return {
    nothing: undefined,
    null: null,
    true: true,
    zero: 0,
    "not a number": Number.NaN,
    infinity: Number.POSITIVE_INFINITY,
    "a big integer": 10n,
    "an empty string": "",
    "a lone surrogate": "\ud800",
    "a million characters": "a".repeat(1e6),
    "a symbol": Symbol("x"),
    "a function": () => TO,
    "a class": class {},
    "an empty object": {},
    "an object without prototype": Object.create(null),
    "a frozen object": Object.freeze({ type: "text" }),
    "an array": [1, 2],
    "a sparse array": new Array(5),
    "a date": new Date(Number.NaN),
    "a map": new Map([["type", "text"]]),
    "a regular expression": /x/,
    "an error": new Error("x"),
    bytes: new Uint8Array(10),
    "a promise": Promise.resolve(1),
    "a cycle": cyclic,
    "a hundred thousand levels": deep,
    "a getter that throws": { get type() { return refuse(); } },
    "a toJSON that throws": { toJSON: refuse },
    "a toJSON that gives a function": { toJSON: () => refuse },
    "a proxy that throws": new Proxy({}, { get: refuse, has: refuse, ownKeys: refuse, getOwnPropertyDescriptor: refuse, getPrototypeOf: refuse }),
    "a revoked proxy": revoked.proxy,
    "a proxy of a function that throws": new Proxy(() => {}, { get: refuse, apply: refuse }),
    "a big integer inside": { type: "text", toNumber: TO, message: 10n },
    "a symbol inside": { type: "text", toNumber: TO, message: Symbol("x") },
    "a prototype to pollute": JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  };
}

/** @type {Record<string, { fetch: (...input: any[]) => unknown, names: string[] }>} */
export const FETCHES = {
  "throws an error": { fetch: () => { throw new TypeError("broken"); }, names: ["ConnectionError"] },
  "throws a string": { fetch: () => { throw "broken"; }, names: ["ConnectionError"] },
  "throws nothing": { fetch: () => { throw undefined; }, names: ["ConnectionError"] },
  "throws a revoked proxy": { fetch: () => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy; }, names: ["ConnectionError"] },
  "rejects with a string": { fetch: () => Promise.reject("broken"), names: ["ConnectionError"] },
  "rejects with nothing": { fetch: () => Promise.reject(), names: ["ConnectionError"] },
  "rejects with an object": { fetch: () => Promise.reject({ broken: true }), names: ["ConnectionError"] },
  "rejects with an error in disguise": { fetch: () => Promise.reject(Object.assign(new Error("x"), { name: "ValidationError" })), names: ["ConnectionError"] },
  "answers with nothing": { fetch: () => undefined, names: ["UnreadableAnswerError"] },
  "answers with null": { fetch: () => null, names: ["UnreadableAnswerError"] },
  "answers with a string": { fetch: () => "ok", names: ["UnreadableAnswerError"] },
  "answers with a plain object": { fetch: () => ({ ok: true, status: 200 }), names: ["UnreadableAnswerError"] },
  "answers with a text that is no promise": { fetch: () => ({ status: 200, headers: new Headers(), text: () => QUEUED }), names: [] },
  "answers with a status of text": { fetch: () => ({ status: "200", headers: new Headers(), text: async () => QUEUED }), names: ["UnreadableAnswerError"] },
  "answers with a status that is not a number": { fetch: () => ({ status: Number.NaN, headers: new Headers(), text: async () => QUEUED }), names: ["UnreadableAnswerError"] },
  "answers with a status past all numbers of the module": { fetch: () => ({ status: 2 ** 32 + 200, headers: new Headers(), text: async () => QUEUED }), names: ["UnreadableAnswerError"] },
  "answers with headers that throw": { fetch: () => ({ status: 200, headers: { get: () => { throw new Error("x"); } }, text: async () => QUEUED }), names: [] },
  "answers with headers that give numbers": { fetch: () => ({ status: 200, headers: { get: () => 5 }, text: async () => QUEUED }), names: ["", "UnreadableAnswerError"] },
  "answers with a text that throws": { fetch: () => ({ status: 200, headers: new Headers(), text: () => { throw new Error("x"); } }), names: ["ConnectionError"] },
  "answers with a text that rejects": { fetch: () => ({ status: 200, headers: new Headers(), text: () => Promise.reject("x") }), names: ["ConnectionError"] },
  "answers with a text of bytes": { fetch: () => ({ status: 200, headers: new Headers(), text: async () => new Uint8Array(3) }), names: ["UnreadableAnswerError"] },
  "answers with a proxy that throws": { fetch: () => ({ then: undefined, get status() { throw new Error("x"); } }), names: ["ConnectionError", "UnreadableAnswerError"] },
  "answers with a thenable that throws": { fetch: () => ({ then() { throw new Error("x"); } }), names: ["ConnectionError"] },
  "answers with JSON of something else": { fetch: () => new Response("[1]"), names: ["UnreadableAnswerError"] },
  "answers with a hundred thousand brackets": { fetch: () => new Response("[".repeat(1e5)), names: ["UnreadableAnswerError"] },
  "answers with a hundred thousand levels": { fetch: () => new Response("[".repeat(1e5) + "]".repeat(1e5)), names: ["UnreadableAnswerError"] },
  "answers with ids of the wrong kind": { fetch: () => new Response('{"success":true,"data":{"msgId":{"a":1},"chatId":[]}}'), names: ["UnreadableAnswerError"] },
  "answers with a body already read": { fetch: async () => { const response = new Response(QUEUED); await response.text(); return response; }, names: ["ConnectionError"] },
  "never answers": { fetch: () => new Promise(() => {}), names: ["TimeoutError"] },
  "never ends its text": { fetch: () => ({ status: 200, headers: new Headers(), text: () => new Promise(() => {}) }), names: ["TimeoutError"] },
};

/**
 * Feeds the package with all of it.
 * @param {Package} maytapi
 * @param {{ webhooks?: string }} [where] the error of what reads webhooks, where that is left out, as in pages
 * @returns {Promise<{ cases: number, faults: string[] }>} what went otherwise than it must
 */
export async function attack(maytapi, { webhooks = "" } = {}) {
  /** @type {string[]} */
  const faults = [];
  let cases = 0;
  const base = { baseUrl: "https://edge.example/api/main", token: "canary-token", phoneId: 1, timeoutMs: 100, maxRetries: 0 };
  const good = { type: "text", toNumber: TO, message: "x" };
  const works = async () => new Response(QUEUED);

  /**
   * @param {string} what
   * @param {() => unknown} call
   * @param {string[]} [names] the errors that may come of it; "" for none
   */
  const attempt = async (what, call, names) => {
    cases += 1;
    const late = new Promise((resolve) => setTimeout(resolve, 5000, "late"));
    const outcome = await Promise.race([late, (async () => call())().then(() => "", (error) => error)]).catch(() => "late");
    if (outcome === "late") faults.push(`${what}: never ended`);
    else if (outcome !== "" && !(outcome instanceof maytapi.MaytapiError)) faults.push(`${what}: not typed: ${typeof outcome} ${name(outcome)}`);
    else if (outcome !== "" && name(outcome) === "MaytapiError") faults.push(`${what}: failed inside`);
    else if (names && !(names.length === 0 && outcome === "") && !names.includes(outcome === "" ? "" : name(outcome))) faults.push(`${what}: ${outcome === "" ? "passed" : name(outcome)}`);
  };

  const client = new maytapi.MaytapiClient({ ...base, fetch: works });
  const invalid = ["ValidationError"];
  const loose = ["", "ValidationError", "ConfigurationError"];
  for (const [what, value] of Object.entries(values())) {
    const any = /** @type {any} */ (value);
    await attempt(`sendMessage(${what})`, () => client.sendMessage(any), invalid);
    // What JSON leaves out, the raw form sends without.
    const bare = what === "a symbol inside";
    await attempt(`sendRaw(${what})`, () => client.sendRaw(any), bare ? [""] : invalid);
    await attempt(`sendMessage(…, ${what})`, () => client.sendMessage(/** @type {any} */ (good), any), loose);
    await attempt(`new MaytapiClient(${what})`, () => new maytapi.MaytapiClient(any).free(), ["ConfigurationError"]);
    await attempt(`validate(${what})`, () => { if (maytapi.validate(any).valid) throw new maytapi.RefusedError("it is valid"); }, [""]);
    await attempt(`validateRaw(${what})`, () => { if (maytapi.validateRaw(any).valid !== bare) throw new maytapi.RefusedError("otherwise"); }, [""]);
    await attempt(`parseWebhook(${what})`, () => { maytapi.parseWebhook(any); }, [webhooks]);
    await attempt(`checkPhones(${what})`, () => client.checkPhones(any), ["ConfigurationError", "ValidationError"]);
    await attempt(`status(${what})`, () => client.status(any), ["", "ConfigurationError", "UnreadableAnswerError"]);
    await attempt(`sendMedia(${what})`, () => client.sendMedia(any, new Blob(["x"], { type: "text/plain" })), invalid);
    await attempt(`sendMedia(…, ${what})`, () => client.sendMedia(TO, any), invalid);
    await attempt(`sendMedia(…, …, ${what})`, () => client.sendMedia(TO, new Blob(["x"], { type: "text/plain" }), any), loose);
    await attempt(`sendMany(${what})`, () => client.sendMany(any).then(), ["", "ConfigurationError"]);
    await attempt(`sendMany([], ${what})`, () => client.sendMany([], any).then(), ["", "ConfigurationError"]);
    await attempt(`sendMany([${what}])`, async () => {
      const [result] = await client.sendMany([any]);
      if (result?.status === "failed") throw result.error;
    }, invalid);
    for (const field of ["type", "toNumber", "message", "replyTo", "skipFilter", "options"]) {
      await attempt(`sendMessage({ ${field}: ${what} })`, () => client.sendMessage(/** @type {any} */ ({ ...good, [field]: value })), ["", "ValidationError"]);
    }
    for (const option of ["phoneId", "timeoutMs", "signal", "maxRetries", "idempotencyKey"]) {
      await attempt(`sendMessage(…, { ${option}: ${what} })`, () => client.sendMessage(/** @type {any} */ (good), /** @type {any} */ ({ [option]: value })), loose);
    }
    for (const option of ["baseUrl", "token", "phoneId", "timeoutMs", "fetch", "maxRetries", "logger", "dangerouslyAllowBrowser"]) {
      await attempt(`new MaytapiClient({ ${option}: ${what} })`, () => new maytapi.MaytapiClient(/** @type {any} */ ({ ...base, [option]: value })).free(), loose);
    }
  }
  await attempt("the client afterwards", () => client.sendMessage(/** @type {any} */ (good)), [""]);
  client.free();

  for (const [what, { fetch, names }] of Object.entries(FETCHES)) {
    let hostile = true;
    const attacked = new maytapi.MaytapiClient({ ...base, fetch: /** @type {any} */ ((/** @type {unknown[]} */ ...input) => (hostile ? fetch(...input) : works())) });
    await attempt(`a fetch that ${what}`, () => attacked.sendMessage(/** @type {any} */ (good)), names);
    hostile = false;
    await attempt(`the client after a fetch that ${what}`, () => attacked.sendMessage(/** @type {any} */ (good)), [""]);
    attacked.free();
  }
  if (/** @type {any} */ ({}).polluted) faults.push("Object.prototype was polluted");
  return { cases, faults };
}

/** @param {unknown} error */
function name(error) {
  try {
    return error instanceof Error ? error.name : String(error);
  } catch {
    return "unprintable";
  }
}
