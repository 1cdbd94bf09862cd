// The command `maytapi`, run as a person or a script runs it: what it prints and where, its exit codes, and that no secret comes out.
// @ts-check
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { terminal } from "../../pkg/cli/terminal.js";
import { command } from "./command.mjs";
import { startSimulator } from "../simulator/simulator.mjs";
import { KEY, SECRET_TEXT, TO, TOKEN } from "./support.mjs";

const SECRET = "canary-token-secret-0123456789-0123456789";
const TEXT = { type: "text", toNumber: "+1 202-555-0123", message: SECRET_TEXT };

const { folder, maytapi, remove } = command([KEY, TOKEN, SECRET]);
/** @type {Awaited<ReturnType<typeof startSimulator>>} */
let simulator;
/** @type {Record<string, string>} */
let straight;
before(async () => {
  simulator = await startSimulator({ apiKey: KEY, duplicateFilter: "off", log: () => {} });
  straight = { MAYTAPI_BASE_URL: `${simulator.url}/api`, MAYTAPI_PRODUCT_ID: simulator.productId, MAYTAPI_KEY: `${KEY}\n`, MAYTAPI_PHONE_ID: "1150" };
});
after(async () => {
  await simulator.close();
  remove();
});

/**
 * A server that answers everything in one way.
 * @param {{ after(end: () => unknown): void }} test
 * @param {(request: import("node:http").IncomingMessage) => { status: number, headers?: Record<string, string>, body: string }} answer
 */
async function proxy(test, answer) {
  /** @type {import("node:http").IncomingMessage[]} */
  const requests = [];
  const server = createServer((request, response) => {
    requests.push(request);
    request.resume().on("end", () => {
      const { status, headers = {}, body } = answer(request);
      response.writeHead(status, headers).end(body);
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  test.after(() => server.close());
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { requests, env: { MAYTAPI_BASE_URL: `http://127.0.0.1:${port}/api/main`, MAYTAPI_TOKEN: TOKEN, MAYTAPI_PHONE_ID: "1150" } };
}

test("help: what each command does, its options, variables, examples and exit codes, in 60 columns", async () => {
  const overview = await maytapi(["--help"], { env: { COLUMNS: "60" } });
  assert.equal(overview.exit, 0);
  for (const command of ["batch", "token", "check", "send", "webhook"]) {
    assert.match(overview.out, new RegExp(`^  ${command}  `, "m"));
    const { exit, out } = await maytapi([command, "--help"], { env: { COLUMNS: "60" } });
    assert.equal(exit, 0);
    for (const part of ["Usage: maytapi", "Options:", "Examples:", "Exit codes:", "-h, --help"]) assert.ok(out.includes(part), `${command}: ${part}`);
    for (const line of `${out}${overview.out}`.split("\n")) assert.ok(line.length <= 60, line);
  }
  const nothing = await maytapi([]);
  assert.deepEqual([nothing.exit, nothing.out], [2, ""]);
  assert.match(nothing.err, /Usage/);
  assert.match((await maytapi(["--version"])).out, /^\d+\.\d+\.\d+\n$/);
});

test("colours only where somebody sees them, and NO_COLOR says no", () => {
  const written = (/** @type {object} */ stream, /** @type {NodeJS.ProcessEnv} */ env) => terminal(/** @type {any} */ (stream), env).red("no");
  assert.equal(written({ isTTY: true }, {}), "\u001b[31mno\u001b[0m");
  assert.equal(written({ isTTY: false }, {}), "no");
  assert.equal(written({ isTTY: true }, { NO_COLOR: "1" }), "no");
  assert.equal(written({ isTTY: true }, { NO_COLOR: "" }), "\u001b[31mno\u001b[0m");
  assert.equal(written({ isTTY: true }, { TERM: "dumb" }), "no");
});

test("token: a JWT that the proxy's secret signed, and nothing else", async () => {
  const { exit, out } = await maytapi(["token", "--subject", "me", "--expires", "60", "--phones", "1150,main/1151", "--types", "text,media", "--read", "none", "--batch", "no"], { env: { TOKEN_SECRET: `${SECRET}\r\n` } });
  assert.equal(exit, 0);
  const [head = "", claims = "", signature] = out.trim().split(".");
  assert.equal(signature, createHmac("sha256", SECRET).update(`${head}.${claims}`).digest("base64url"));
  const { sub, aud, exp, iat, maytapi: may } = JSON.parse(Buffer.from(claims, "base64url").toString());
  assert.deepEqual({ sub, aud, lives: exp - iat, may }, { sub: "me", aud: "maytapi-edge", lives: 60, may: { phones: [1150, "main/1151"], types: ["text", "media"], read: false, batch: false } });
});

test("token: whose messages may be followed, and whether the phone may be managed", async () => {
  const may = async (/** @type {string[]} */ ...options) => {
    const { exit, out, err } = await maytapi(["token", "--subject", "me", ...options], { env: { TOKEN_SECRET: SECRET } });
    assert.equal(exit, 0, err);
    return JSON.parse(Buffer.from(out.split(".")[1] ?? "", "base64url").toString()).maytapi;
  };
  assert.deepEqual(await may("--watch", "own", "--manage", "no"), { watch: "own", manage: false });
  assert.deepEqual(await may("--watch=phone", "--manage=yes"), { watch: "phone", manage: true });
  assert.deepEqual(await may("--watch", "none"), { watch: false });
  assert.equal(await may(), undefined);
  const { out } = await maytapi(["token", "--help"]);
  for (const option of [/--watch <whose> /, /--manage <yes\|no> /]) assert.match(out, option);
});

test("wrong use ends with 2 and a sentence, and repeats no secret", async () => {
  const secret = { TOKEN_SECRET: SECRET };
  for (const [args, env, says] of /** @type {[string[], Record<string, string>, RegExp][]} */ ([
    [["token", "--subject", "me"], {}, /TOKEN_SECRET/],
    [["token", "--subject", "me"], { TOKEN_SECRET: "short" }, /TOKEN_SECRET: .*32 bytes/],
    [["token", "--subject", "me", `--secret=${SECRET}`], {}, /from the environment only/],
    [["token", "--subject", "me", "--secret", SECRET], {}, /from the environment only/],
    [["token", SECRET], secret, /options only/],
    [["token"], secret, /--subject/],
    [["token", "--subject"], secret, /--subject: give a value/],
    [["token", "--subject", "--expires", "60"], secret, /--subject: give a value/],
    [["token", "--subject", "me", "--read", "--batch=no"], secret, /--read: give a value/],
    [["token", "--subject", "me", "--expires", "soon"], secret, /--expires/],
    [["token", "--subject", "me", "--batch", "maybe"], secret, /--batch: give yes or no/],
    [["token", "--subject", "me", "--watch", "all"], secret, /--watch: give own, phone or none/],
    [["token", "--subject", "me", "--watch", "constructor"], secret, /--watch: give/],
    [["token", "--subject", "me", "--manage", "true"], secret, /--manage: give yes or no/],
    [["tokn"], {}, /no such command.*batch, check, send, token, webhook/s],
    [["check", "--jsn"], {}, /no option --jsn/],
    [["check", "--json=yes"], {}, /takes no value/],
    [["check", "nowhere.json"], {}, /ENOENT/],
    [["check", "a", "b"], {}, /one file/],
    [["send"], {}, /--phone/],
    [["send", "--phone", "1"], {}, /MAYTAPI_TOKEN.*MAYTAPI_KEY/s],
    [["send", "--phone", "1"], { MAYTAPI_TOKEN: TOKEN }, /--base-url/],
    [["send", "--phone", "1", "--base-url", "nonsense"], { MAYTAPI_TOKEN: TOKEN }, /baseUrl/],
    [["send", "--phone", "1", "--base-url", "https://edge.example/api/main", "--timeout", "0"], { MAYTAPI_TOKEN: TOKEN }, /--timeout/],
    [["send", "--to", TO], { MAYTAPI_TOKEN: TOKEN, MAYTAPI_BASE_URL: "https://edge.example/api/main", MAYTAPI_PHONE_ID: "1" }, /--text or --file/],
    [["send", "--api-key", KEY], {}, /from the environment only/],
  ])) {
    const { exit, out, err } = await maytapi(args, { env });
    assert.deepEqual([exit, out], [2, ""], `${args}: ${err}`);
    assert.match(err.replace(/\s+/g, " "), says);
  }
});

test("check: every fault with what was meant, from a file or piped in; nothing is sent", async () => {
  writeFileSync(join(folder, "wrong.json"), JSON.stringify({ type: "media", toNumber: "12", message: "https://files.example/a.png", caption: "Look" }));
  const wrong = await maytapi(["check", "wrong.json"], { env: { COLUMNS: "60" } });
  assert.equal(wrong.exit, 1);
  assert.match(wrong.out, /^2 faults$/m);
  assert.match(wrong.out, /fault toNumber /);
  assert.match(wrong.out, /fault caption [^]*meant: text/);
  for (const line of wrong.out.split("\n")) assert.ok(line.length <= 60, line);

  const right = await maytapi(["check"], { input: JSON.stringify(TEXT) });
  assert.equal(right.exit, 0);
  assert.match(right.out, /^valid\n/);
  assert.deepEqual(JSON.parse(right.out.slice("valid\n".length)), { type: "text", to_number: TO, message: SECRET_TEXT });

  const many = await maytapi(["check", "-", "--json"], { input: JSON.stringify([TEXT, {}]) });
  assert.equal(many.exit, 1);
  assert.deepEqual(JSON.parse(many.out).map((/** @type {{ valid: boolean }} */ { valid }) => valid), [true, false]);
  assert.equal((await maytapi(["check", "--raw"], { input: '{"type":"list","toNumber":"12025550123"}' })).exit, 0);

  const broken = await maytapi(["check"], { input: `{"message": "${SECRET_TEXT}"` });
  assert.equal(broken.exit, 2);
  assert.ok(!broken.err.includes("canary-text"), "what can't be read is not repeated");
  assert.equal(simulator.sends.length, 0);
});

test("send straight: JSON piped in, a text, and a file; the id is all that is printed", async () => {
  const piped = await maytapi(["send"], { env: straight, input: JSON.stringify(TEXT) });
  assert.deepEqual([piped.exit, piped.err], [0, ""]);
  assert.match(piped.out, /^[0-9a-f-]{36}\n$/);
  assert.equal((await maytapi(["send", "--to", TO, "--text", "Hello"], { env: straight })).exit, 0);
  writeFileSync(join(folder, "menu.txt"), "Soup");
  const file = await maytapi(["send", "--to", TO, "--file", "menu.txt", "--text", "Today", "--json"], { env: straight });
  assert.equal(JSON.parse(file.out).state, "queued");
  assert.deepEqual(simulator.sends.map(({ json }) => [/** @type {any} */ (json).type, /** @type {any} */ (json).text]), [["text", undefined], ["text", undefined], ["media", "Today"]]);

  const faulty = await maytapi(["send", "--to", "12", "--text", "Hello"], { env: straight });
  assert.equal(faulty.exit, 1);
  assert.match(faulty.err, /not sent[^]*toNumber/);
  assert.equal(simulator.sends.length, 3);
});

test("send: the exit code says whether sending again is safe, and what a server says moves no cursor", async (t) => {
  const problem = (/** @type {object} */ more) => JSON.stringify({ success: false, message: "no \u001b[2J\u0007", ...more });
  const json = { "content-type": "application/problem+json" };
  for (const [answer, exit, says] of /** @type {const} */ ([
    [{ status: 403, headers: json, body: problem({ code: "forbidden", request_id: "r-1" }) }, 1, /PermissionError/],
    [{ status: 429, headers: { ...json, "retry-after": "0" }, body: problem({ code: "rate_limited" }) }, 4, /RateLimitError/],
    [{ status: 409, headers: json, body: problem({ code: "outcome_unknown", retryable: "unknown" }) }, 3, /may have been queued/],
  ])) {
    const { env, requests } = await proxy(t, () => answer);
    const { exit: code, out, err } = await maytapi(["send", "--to", TO, "--text", "Hello", "--idempotency-key", "order-1"], { env });
    assert.deepEqual([code, out], [exit, ""], err);
    assert.match(err, says);
    assert.ok(!/[\u0000-\u0009\u000b-\u001f]/.test(err), JSON.stringify(err));
    assert.ok(requests.every(({ headers }) => headers["idempotency-key"] === "order-1" && headers.authorization === `Bearer ${TOKEN}`));
  }
  // A server that repeats what it was sent.
  const { env } = await proxy(t, ({ headers }) => ({ status: 400, headers: json, body: problem({ code: String(headers.authorization), message: String(headers.authorization) }) }));
  const echoed = await maytapi(["send", "--to", TO, "--text", "Hello", "--json"], { env });
  assert.equal(echoed.exit, 1, echoed.err);
  assert.equal(JSON.parse(echoed.out).error.retryable, "no");
});

test("webhook: shows where the events go, in words", async (t) => {
  for (const [receiver, wanted] of /** @type {[object, RegExp][]} */ ([
    [{ receiver: "none", acks: false }, /^The events of phone 1150 go nowhere\. --set points them at the proxy\.\n$/],
    [{ receiver: "other", host: "crm.example", acks: true }, /go to crm\.example, not to the proxy\. --set --replace would take/],
    [{ receiver: "proxy", isCurrent: true, acks: true }, /go to the proxy\.\nAcks are on:/],
    [{ receiver: "proxy", isCurrent: true, acks: false }, /Acks are off/],
    [{ receiver: "proxy", isCurrent: false, acks: true }, /older secret than HOOK_SECRET: --set exchanges it/],
  ])) {
    const { env, requests } = await proxy(t, () => ({ status: 200, body: JSON.stringify(receiver) }));
    const { exit, out, err } = await maytapi(["webhook"], { env: { ...env, COLUMNS: "100" } });
    assert.deepEqual([exit, err], [0, ""]);
    assert.match(out, wanted);
    assert.deepEqual(requests.map(({ method, url }) => `${method} ${url}`), ["GET /api/main/1150/webhook"]);
    const json = await maytapi(["webhook", "--json", "--phone", "1151"], { env });
    assert.deepEqual(JSON.parse(json.out), receiver);
    assert.equal(requests[1]?.url, "/api/main/1151/webhook");
  }
});

test("webhook --set: says what happened, keeps another receiver unless --replace says so, and names it", async (t) => {
  const taken = { code: "webhook_taken", detail: "The phone's events go to crm.example already.", retryable: "no" };
  /** @type {string[]} */
  const bodies = [];
  let receiver = { receiver: "other", host: "crm.example", acks: false };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk)).on("end", () => {
      if (request.method === "GET") return response.end(JSON.stringify(receiver));
      bodies.push(body);
      const may = receiver.receiver !== "other" || JSON.parse(body).replace === true;
      return response.writeHead(may ? 200 : 409).end(JSON.stringify(may ? { set: true } : taken));
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  t.after(() => server.close());
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const env = { MAYTAPI_BASE_URL: `http://127.0.0.1:${port}/api/main`, MAYTAPI_TOKEN: `${TOKEN}\n`, MAYTAPI_PHONE_ID: "1150", COLUMNS: "100" };
  const refused = await maytapi(["webhook", "--set"], { env });
  assert.deepEqual([refused.exit, refused.out], [1, ""]);
  assert.match(refused.err, /^not set: The phone's events go to crm\.example already\. With --set --replace/);
  const asJson = await maytapi(["webhook", "--set", "--json"], { env });
  assert.deepEqual([asJson.exit, JSON.parse(asJson.out).error.code], [1, "webhook_taken"]);
  const replaced = await maytapi(["webhook", "--set", "--replace"], { env });
  assert.deepEqual([replaced.exit, replaced.err], [0, ""]);
  assert.match(replaced.out, /go to the proxy now, acks included\. Before, they went to crm\.example\./);
  assert.deepEqual(bodies.map((body) => JSON.parse(body)), [{}, {}, { replace: true }]);
  receiver = { receiver: "none", host: "", acks: false };
  assert.match((await maytapi(["webhook", "--set"], { env })).out, /Before, they went nowhere\./);
});

test("webhook: what is missing is said before anything is asked, and what the proxy refuses after", async (t) => {
  const { env } = await proxy(t, () => ({ status: 403, body: JSON.stringify({ code: "operation_not_allowed", detail: "Policy or token do not allow to set the phone up.", retryable: "no" }) }));
  for (const [args, given, wanted] of /** @type {[string[], Record<string, string>, RegExp][]} */ ([
    [["webhook", "--replace"], env, /--replace goes with --set/],
    [["webhook", "x.json"], env, /takes no file/],
    [["webhook"], { ...env, MAYTAPI_TOKEN: "" }, /MAYTAPI_BASE_URL and MAYTAPI_TOKEN/],
    [["webhook"], { ...env, MAYTAPI_PHONE_ID: "" }, /which phone/],
    [["webhook", "--phone", "x"], env, /phoneId/],
  ])) {
    const { exit, err } = await maytapi(args, { env: given });
    assert.equal(exit, 2, args.join(" "));
    assert.match(err, wanted);
  }
  const denied = await maytapi(["webhook"], { env });
  assert.equal(denied.exit, 1);
  assert.match(denied.err, /operation_not_allowed: Policy or token/);
});
