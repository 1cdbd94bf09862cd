// `sendMedia`: files of every kind arrive byte for byte, wrong ones are refused before anything is sent, and memory stays in bounds.
// @ts-check
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { MaytapiClient, ValidationError } from "maytapi";
import { onSimulator, QUEUED, shown, TO, TOKEN, withFetch } from "./support.mjs";

const folder = mkdtempSync(join(tmpdir(), "maytapi-media-"));
test.after(() => rmSync(folder, { recursive: true }));
const PNG = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), randomBytes(1000)]);
const MAX = 50 * 1024 * 1024;

/** @param {unknown} json */
function fileIn(json) {
  const [, mime, base64] = /^data:([^;]+);base64,(.*)$/.exec(/** @type {any} */ (json).message) ?? [];
  assert.ok(base64 !== undefined, "there is no file in the message");
  return { mime, bytes: Buffer.from(base64, "base64") };
}

test("a File, a Blob, an ArrayBuffer, bytes, a view of bytes, a path and its URL", async (t) => {
  const { simulator, client } = await onSimulator(t);
  const path = join(folder, "100% of it.png");
  writeFileSync(path, PNG);
  const whole = new Uint8Array(PNG.length + 7);
  whole.set(PNG, 5);
  const view = whole.subarray(5, 5 + PNG.length);
  const mimeType = "image/png";
  for (const [file, options, filename] of [
    [new File([PNG], "a.png", { type: mimeType }), {}, "a.png"],
    [new File([PNG], "a.png", { type: mimeType }), { filename: "b.png" }, "b.png"],
    [new Blob([PNG], { type: `${mimeType}; x=y` }), {}, undefined],
    [new Blob([PNG]), { filename: "b.png" }, "b.png"],
    [Uint8Array.from(PNG).buffer, { mimeType }, undefined],
    [Uint8Array.from(PNG), { mimeType }, undefined],
    [view, { mimeType }, undefined],
    [new DataView(whole.buffer, 5, PNG.length), { mimeType }, undefined],
    [path, {}, "100% of it.png"],
    [pathToFileURL(path), {}, "100% of it.png"],
  ]) {
    const { state } = await client.sendMedia(`+${TO}`, file, { text: "Look", skipFilter: true, ...options });
    assert.equal(state, "queued");
    const { json } = simulator.sends.at(-1);
    const { mime, bytes } = fileIn(json);
    assert.equal(mime, mimeType);
    assert.deepEqual(bytes, PNG);
    assert.deepEqual({ ...json, message: undefined }, { to_number: TO, type: "media", message: undefined, text: "Look", skip_filter: true, ...(filename ? { filename } : {}) });
  }
});

test("sizes around a piece's end, images, stickers and replies", async (t) => {
  const { simulator, client } = await onSimulator(t);
  const piece = 3 * 128 * 1024;
  for (const size of [1, 2, 3, piece - 1, piece, piece + 1, 2 * piece + 2]) {
    const bytes = randomBytes(size);
    const seen = [];
    await client.sendMedia(TO, bytes, { mimeType: "application/pdf", onProgress: ({ loaded, total }) => seen.push([loaded, total]) });
    assert.deepEqual(fileIn(simulator.sends.at(-1).json).bytes, bytes);
    assert.deepEqual(seen.at(-1), [size, size]);
    assert.equal(seen.length, Math.ceil(size / piece));
  }
  await client.sendMedia(TO, PNG, { type: "image", mimeType: "image/png" });
  assert.equal(simulator.sends.at(-1).json.type, "image");
  await client.sendMedia(TO, PNG, { type: "sticker", mimeType: "image/webp", options: { width: 500, height: 500 } });
  assert.deepEqual(simulator.sends.at(-1).json.options, { width: 500, height: 500 });
});

test("what is wrong is told before anything is read or sent", async () => {
  let sent = 0;
  const client = withFetch(() => { sent += 1; return new Response(QUEUED); });
  const png = new Blob([PNG], { type: "image/png" });
  const touchy = new Proxy({}, { get: () => { throw new Error("no"); }, getPrototypeOf: () => { throw new Error("no"); } });
  for (const [file, options, path, code] of [
    [new Blob([]), {}, "file", "empty"],
    [new Uint8Array(0), {}, "file", "empty"],
    [new Blob([new Uint8Array(MAX), "x"], { type: "video/mp4" }), {}, "file", "too_large"],
    [new ArrayBuffer(MAX + 1), { mimeType: "video/mp4" }, "file", "too_large"],
    [PNG, {}, "file", "unsupported_media_type"],
    [PNG, { filename: "a.unheard-of" }, "file", "unsupported_media_type"],
    [PNG, { mimeType: "pictures" }, "file", "invalid_data_uri"],
    [PNG, { mimeType: "image/png,evil" }, "file", "invalid_data_uri"],
    [new Blob([PNG], { type: "application/pdf" }), { type: "image" }, "file", "unsupported_media_type"],
    [png, { type: "sticker" }, "file", "unsupported_media_type"],
    [png, { type: "text" }, undefined, undefined],
    [png, { caption: "Look" }, "caption", "unknown_field"],
    [join(folder, "nothing.png"), {}, "file", "not_found"],
    [folder, {}, "file", undefined],
    ["", {}, "file", undefined],
    [new URL("https://files.example/a.png"), {}, "file", "not_found"],
    [undefined, {}, "file", "wrong_kind"],
    [null, {}, "file", "wrong_kind"],
    [7, {}, "file", "wrong_kind"],
    [{ size: 5 }, {}, "file", "wrong_kind"],
    [() => png, {}, "file", "wrong_kind"],
  ]) {
    const error = await client.sendMedia(TO, /** @type {any} */ (file), /** @type {any} */ (options)).then(() => assert.fail("it was queued"), (thrown) => thrown);
    assert.ok(error instanceof ValidationError, shown(error));
    if (path !== undefined) assert.ok(error.faults.some((fault) => fault.path === path && (code === undefined || fault.code === code)), JSON.stringify(error.faults));
  }
  await assert.rejects(client.sendMedia("12", png), (error) => error.faults[0].path === "toNumber");
  await assert.rejects(client.sendMedia(TO, png, /** @type {any} */ (null)), { name: "ConfigurationError" });
  await assert.rejects(client.sendMedia(TO, png, { onProgress: /** @type {any} */ ("x") }), { name: "ConfigurationError" });
  await assert.rejects(client.sendMedia(TO, /** @type {any} */ (touchy)), { name: "ValidationError" });
  assert.equal(sent, 0);
  assert.equal((await client.sendMedia(TO, png)).state, "queued");
});

test("an abort ends the reading as well as the sending", async () => {
  let sent = 0;
  const client = withFetch(() => { sent += 1; return new Promise(() => {}); });
  const controller = new AbortController();
  const big = new Blob([new Uint8Array(4e6)], { type: "video/mp4" });
  await assert.rejects(client.sendMedia(TO, big, { signal: controller.signal, onProgress: () => controller.abort() }), { name: "AbortError" });
  assert.equal(sent, 0);
  await assert.rejects(client.sendMedia(TO, big, { signal: AbortSignal.timeout(300) }), { name: "TimeoutError" });
  assert.equal(sent, 1);
  await assert.rejects(client.sendMedia(TO, big, { timeoutMs: 50, maxRetries: 0 }), { name: "TimeoutError", code: "timeout" });
});

test("bytes in shared memory, and bytes that are taken away meanwhile", async (t) => {
  const { client, simulator } = await onSimulator(t);
  const shared = new Uint8Array(new SharedArrayBuffer(500_000)).fill(7);
  await client.sendMedia(TO, shared, { mimeType: "application/pdf" });
  assert.equal(simulator.sends[0].json.message, `data:application/pdf;base64,${Buffer.from(shared).toString("base64")}`);
  const bytes = new Uint8Array(500_000);
  const away = client.sendMedia(TO, bytes, { mimeType: "application/pdf", onProgress: () => structuredClone(bytes, { transfer: [bytes.buffer] }) });
  const error = await away.catch((error) => error);
  assert.deepEqual([error.name, error.faults[0].path, error.faults[0].code], ["ValidationError", "file", "changed"]);
  assert.equal(simulator.sends.length, 1);
});

test("50 MB: all bytes arrive, and the memory of the process grows by less than three times the file", async () => {
  const file = join(folder, "film.mp4");
  writeFileSync(file, randomBytes(MAX));
  const digest = createHash("sha256").update(await new Promise((resolve) => import("node:fs").then(({ readFileSync }) => resolve(readFileSync(file))))).digest("hex");
  const arrived = createHash("sha256");
  let total = 0;
  let most = 0;
  // Not the simulator, which keeps what it got in this very process: base64 is decoded as it comes and let go.
  const server = createServer((request, response) => {
    let rest = "";
    let started = false;
    request.setEncoding("latin1").on("data", (/** @type {string} */ text) => {
      total += text.length;
      rest += text;
      if (!started) {
        const at = rest.indexOf(";base64,");
        if (at < 0) return;
        rest = rest.slice(at + 8);
        started = true;
      }
      const end = rest.indexOf('"');
      const usable = end < 0 ? rest.length - (rest.length % 4) : end;
      arrived.update(Buffer.from(rest.slice(0, usable), "base64"));
      rest = rest.slice(usable);
      most = Math.max(most, process.memoryUsage().rss);
    }).on("end", () => response.end(QUEUED));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const client = new MaytapiClient({ baseUrl: `http://127.0.0.1:${port}/api/main`, token: TOKEN, phoneId: 1 });
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const { state } = await client.sendMedia(TO, file, { onProgress: () => { most = Math.max(most, process.memoryUsage().rss); } });
  server.close();
  assert.equal(state, "queued");
  assert.ok(total > (MAX * 4) / 3);
  assert.equal(arrived.digest("hex"), digest);
  const times = (most - before) / MAX;
  console.log(`memory grew by ${times.toFixed(1)} times the file`);
  assert.ok(times < 3, `${times}`);
});
