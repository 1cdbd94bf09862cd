// `maytapi batch`: tables as spreadsheets write them, faults by row, a batch from its upload to its summary, and every way in which it ends.
// @ts-check
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { line, progressLine } from "../../pkg/cli/batch/progress.js";
import { tableOf } from "../../pkg/cli/batch/table.js";
import { startBatches } from "./batch-server.mjs";
import { command } from "./command.mjs";
import { TOKEN } from "./support.mjs";

const { folder, maytapi, remove } = command([TOKEN]);
after(remove);
const TEXT = ["--text", "Hi {{name|there}}"];

/** @param {string} name @param {string | Uint8Array} content */
const file = (name, content) => writeFileSync(join(folder, name), content);
/** @param {string} text */
const joined = (text) => text.replace(/\s+/g, " ");

/** @param {number} count */
const people = (count) => `name,phone\n${Array.from({ length: count }, (_, n) => `P${n},+1 202-555-${String(n).padStart(5, "0")}`).join("\n")}\n`;

/** @param {import("node:test").TestContext} t */
async function onServer(t) {
  const server = await startBatches(t);
  return { server, env: { MAYTAPI_BASE_URL: server.url, MAYTAPI_TOKEN: TOKEN, MAYTAPI_PHONE_ID: "1150", LANG: "C" } };
}

test("tables are read as spreadsheets write them", () => {
  /** @param {string | Uint8Array} content */
  const read = (content) => {
    const { encoding, columns, rows } = tableOf(typeof content === "string" ? new TextEncoder().encode(content) : content);
    return [encoding, columns, [...rows()].map(({ line, cells, fault }) => [line, fault ?? cells])];
  };
  const wanted = [["name", "phone"], [[2, ["José", "12025550123"]]]];
  for (const [encoding, content] of /** @type {const} */ ([
    ["utf-8", "name,phone\nJosé,12025550123"],
    ["utf-8", "\ufeffname;phone\r\nJosé;12025550123\r\n"],
    ["utf-8", "name\tphone\rJosé\t12025550123\r"],
    ["utf-8", ' name , phone\n"José","12025550123"\n\n \n'],
    ["windows-1252", Buffer.from("name;phone\nJos\u00e9;12025550123\n", "latin1")],
    ["utf-16le", Buffer.from("\ufeffname\tphone\r\nJosé\t12025550123\r\n", "utf16le")],
    ["utf-16be", Buffer.from("\ufeffname,phone\nJosé,12025550123\n", "utf16le").swap16()],
  ])) assert.deepEqual(read(content), [encoding, ...wanted], JSON.stringify(String(content)));
  assert.deepEqual(read('text;phone\n"a ""b"";\nc";1\n\n"";2\n'), ["utf-8", ["text", "phone"], [[2, ['a "b";\nc', "1"]], [4, ["", "2"]]]], "rows count as a spreadsheet counts them");
});

test("what can't be read is a fault of its row, and the rest is read", () => {
  /** @param {string} content */
  const faults = (content) => [...tableOf(new TextEncoder().encode(content)).rows()].map(({ line, fault }) => [line, fault?.split(/[;:,]/)[0]]);
  const unclosed = "A quote that opens here never closes";
  assert.deepEqual(faults('name,phone\nA,1\n"B,2\nC,3\n'), [[2, undefined], [3, unclosed]]);
  assert.deepEqual(faults(`name,phone\nA,1\n"B,2\n${"C,3\n".repeat(300_000)}`), [[2, undefined], [3, unclosed]], "found without reading on to the end");
  assert.deepEqual(faults("name,phone\nA,1\nB\nC,3,4\n"), [[2, undefined], [3, "It has 1 cells"], [4, "It has 3 cells"]]);
  assert.deepEqual(faults('name,phone\n"A"x,1\nB,2\n').at(0)?.[0], 2);
  for (const [content, says] of /** @type {[string, RegExp][]} */ ([
    ["", /empty/],
    ["\n\n", /empty/],
    ["a,b,a\n1,2,3", /Two columns are called a/],
    ["PK\u0003\u0004", /workbook/],
    ["a\0b\n1", /no text/],
    ['"a,b\n1,2', /names of the columns/],
  ])) assert.throws(() => tableOf(new TextEncoder().encode(content)), says);
});

test("a million rows are read, one more is not", () => {
  const row = "12025550123\n";
  const rows = (/** @type {number} */ count) => tableOf(new TextEncoder().encode(`phone\n${row.repeat(count)}`)).rows();
  let count = 0;
  for (const { cells } of rows(1_000_000)) count += cells.length;
  assert.equal(count, 1_000_000);
  assert.throws(() => {
    for (const _ of rows(1_000_001));
  }, /more than 1,000,000 rows/);
});

test("a dry run checks every row, names every fault by its row, and sends nothing", async (t) => {
  const { server, env } = await onServer(t);
  file("wrong.csv", "name;Phone\nAda;1.2E+10\n;+1 202-555-0123\nBob;02025550123\nEve;+1 202-555-0124\nMal;+12025550124\n{{x}};+12025550125\n");
  const wrong = await maytapi(["batch", "wrong.csv", "--text", "Hi {{name}}", "--dry-run"], { env: { ...env, COLUMNS: "60" } });
  assert.equal(wrong.exit, 1, wrong.err);
  const text = joined(wrong.err);
  for (const says of ["row 2 to: A spreadsheet", "row 3 fields.name:", "row 4 to:", "row 7 message:", "6 rows, 4 with faults, 1 with a recipient that stood before"]) assert.ok(text.includes(says), `${says}: ${text}`);
  for (const line of wrong.err.split("\n")) assert.ok(line.length <= 60, line);

  const told = await maytapi(["batch", "wrong.csv", "--text", "Hi {{name}}", "--dry-run", "--json", "--skip-invalid"], {});
  assert.equal(told.exit, 0, told.err);
  const { rows, invalid, duplicates, faults, count } = JSON.parse(told.out);
  assert.deepEqual([rows, invalid, duplicates, faults.length, count], [6, 4, 1, 4, 4]);
  assert.deepEqual(server.requests, []);

  file("good.csv", people(3));
  const good = await maytapi(["batch", "good.csv", ...TEXT, "--dry-run"], {});
  assert.deepEqual([good.exit, good.out, good.err], [0, "3 rows. Nothing was sent: this was a dry run.\n", ""]);
});

test("wrong use ends before anything is sent, with what to do", async (t) => {
  const { server, env } = await onServer(t);
  file("people.csv", people(2));
  file("two.csv", "phone,mobile,name\n1,2,A\n");
  file("none.csv", "name,phone\n");
  file("template.json", '{"type":"text","message":"Hi {{name","toNumber":"12025550123"}');
  file("broken.json", "{");
  for (const [args, exit, says] of /** @type {[string[], number, RegExp][]} */ ([
    [["people.csv"], 2, /--text, or --template/],
    [["people.csv", ...TEXT, "--template", "template.json"], 2, /--text, or --template/],
    [["people.csv", "--template", "broken.json"], 2, /not JSON/],
    [["people.csv", "--template", "template.json"], 1, /toNumber: .*message: .*not closed/],
    [["people.csv", "--text", "Hi {{nmae}}"], 1, /\{\{nmae\}\}.*Its columns: name, phone/],
    [["two.csv", ...TEXT], 2, /--to phone.*phone, mobile, name/],
    [["people.csv", ...TEXT, "--to", "Phone"], 2, /--to: there is no column/],
    [["people.csv", ...TEXT, "--ref", "id"], 2, /--ref: there is no column/],
    [["none.csv", ...TEXT], 1, /0 rows\. Nothing was sent/],
    [["nowhere.csv", ...TEXT], 2, /ENOENT/],
    [["people.csv", ...TEXT, "--per-minute", "fast"], 2, /--per-minute/],
    [["people.csv", ...TEXT, "--quiet", "night"], 2, /--quiet/],
    [["people.csv", ...TEXT, "--start-at", "2026-12-01T09:00"], 2, /--start-at.*zone/],
    [["people.csv", ...TEXT, "--start-at", "soon"], 2, /--start-at/],
    [["people.csv", "--pause", "b_1"], 2, /takes no table/],
    [["--pause", "b_1", "--resume", "b_1"], 2, /one of --pause and --resume/],
    [["people.csv", ...TEXT, "--continue", "b_1", "--retry", "b_2"], 2, /one of --continue and --retry/],
    [["--follow", "b_9"], 1, /unknown_batch/],
    [["--cancel", "../logs"], 2, /id of a batch/],
  ])) {
    const { exit: code, out, err } = await maytapi(["batch", ...args], { env });
    assert.deepEqual([code, out], [exit, ""], `${args}: ${err}`);
    assert.match(joined(err), says, String(args));
  }
  assert.ok(server.requests.every((request) => request.startsWith("GET")), String(server.requests));
  const straight = await maytapi(["batch", "people.csv", ...TEXT], { env: { MAYTAPI_PRODUCT_ID: "00000000-0000-4000-8000-000000000001", MAYTAPI_KEY: "k".repeat(20), MAYTAPI_PHONE_ID: "1150" } });
  assert.deepEqual([straight.exit, straight.out], [2, ""]);
  assert.match(straight.err, /edge proxy/);
});

test("a table is uploaded, started and followed to its end, with a summary in words", async (t) => {
  const { server, env } = await onServer(t);
  file("people.csv", people(1200));
  const all = await maytapi(["batch", "people.csv", "--text", "Hi {{name}}, {{deal|welcome}}", "--per-minute", "7", "--quiet", "21:00-08:00 Europe/Berlin"], { env });
  assert.equal(all.exit, 0, all.err);
  assert.equal(joined(all.out), "b_1 is done: 1,200 queued of 1,200. ");
  assert.match(joined(all.err), /no column for \{\{deal\}\}.*uploaded .*b_1 has started/);
  assert.deepEqual(server.rows("b_1")[1], { to: "+1 202-555-00001", fields: { name: "P1" }, ref: "row-3" }, "nothing but what the template names");
  assert.deepEqual(server.batches.get("b_1")?.plan, { template: { type: "text", message: "Hi {{name}}, {{deal|welcome}}" }, perMinute: 7, quiet: { from: "21:00", to: "08:00", zone: "Europe/Berlin" } });

  server.outcome = (_, row) => /** @type {any} */ ({ 1: { state: "refused", code: "F01" }, 2: { state: "unknown" } })[row] ?? { state: "queued" };
  const some = await maytapi(["batch", "people.csv", ...TEXT, "--ref", "name"], { env });
  assert.equal(some.exit, 3, "something may have been sent");
  assert.match(joined(some.out), /1,198 queued, 1 refused, 1 unknown of 1,200\. Refused: P1 \(F01\)\. .*--retry b_2 Unknown, which may have been sent: P2\./);

  server.outcome = () => ({ state: "queued" });
  const again = await maytapi(["batch", "people.csv", ...TEXT, "--ref", "name", "--retry", "b_2", "--json"], { env });
  assert.equal(again.exit, 0, again.err);
  assert.deepEqual([JSON.parse(again.out).id, server.rows("b_3").map(({ ref }) => ref)], ["b_3", ["P1"]]);
  const nothing = await maytapi(["batch", "people.csv", ...TEXT, "--retry", "b_3"], { env });
  assert.deepEqual([nothing.exit, nothing.out], [0, ""]);
  assert.match(nothing.err, /nothing to send again/);
});

test("rows with faults are skipped where that was asked for, and the template may be any message", async (t) => {
  const { server, env } = await onServer(t);
  file("mixed.csv", "Mobile,file,name\n+1 202-555-0123,a.pdf,Ada\nnobody,b.pdf,Bob\n");
  file("offer.json", JSON.stringify({ type: "media", message: "https://files.example/{{file}}", text: "For {{name}}" }));
  const { exit, out, err } = await maytapi(["batch", "mixed.csv", "--template", "offer.json", "--skip-invalid"], { env });
  assert.equal(exit, 0, err);
  assert.match(joined(out), /1 queued, 1 skipped of 2/);
  assert.match(err, /row 3/);
  assert.equal(server.batches.get("b_1")?.plan.skipInvalid, true);
});

test("--no-follow ends when it has started; a batch is followed, paused, resumed and cancelled by its id", async (t) => {
  const { server, env } = await onServer(t);
  server.runs = false;
  file("few.csv", people(3));
  const begun = await maytapi(["batch", "few.csv", ...TEXT, "--no-follow"], { env });
  assert.equal(begun.exit, 0, begun.err);
  assert.match(joined(begun.out), /b_1 is running: 3 waiting of 3\. .*--follow b_1/);
  assert.deepEqual(await maytapi(["batch", "--pause", "b_1"], { env }), { exit: 0, out: "b_1 paused\n", err: "" });
  const paused = await maytapi(["batch", "--follow", "b_1"], { env });
  assert.equal(paused.exit, 5);
  assert.match(joined(paused.out), /is paused: .*--resume b_1/);
  assert.equal((await maytapi(["batch", "--resume", "b_1"], { env })).exit, 0);
  setTimeout(() => server.set("b_1", { state: "held", reason: "refusals" }), 1500);
  const held = await maytapi(["batch", "--follow", "b_1"], { env });
  assert.equal(held.exit, 5, held.err);
  assert.match(joined(held.out), /is held \(refusals\)/);
  assert.equal((await maytapi(["batch", "--cancel", "b_1"], { env })).out, "b_1 cancelled\n");
  const over = await maytapi(["batch", "--follow", "b_1"], { env });
  assert.equal(over.exit, 1);
  assert.match(joined(over.out), /is cancelled: 3 cancelled of 3/);
});

test("Ctrl-C says how to go on, and going on loses nothing", async (t) => {
  const { server, env } = await onServer(t);
  server.runs = false;
  file("many.csv", people(2500));
  let stopped = false;
  server.fates = [undefined, undefined, "hold"];
  const broken = await maytapi(["batch", "many.csv", ...TEXT], {
    env,
    onError(text, child) {
      if (stopped || !text.includes("uploaded 0")) return;
      stopped = true;
      setTimeout(() => child.kill("SIGINT"), 200);
    },
  });
  assert.deepEqual([broken.exit, broken.out], [130, ""], broken.err);
  assert.match(joined(broken.err), /the same command with --continue b_1/);
  server.fates = [];
  stopped = false;
  const followed = await maytapi(["batch", "many.csv", ...TEXT, "--continue", "b_1"], {
    env,
    onError(text, child) {
      if (stopped || !text.includes("has started")) return;
      stopped = true;
      setTimeout(() => child.kill("SIGINT"), 500);
    },
  });
  assert.deepEqual([followed.exit, followed.out], [130, ""], followed.err);
  assert.match(joined(followed.err), /proxy goes on with b_1 by itself.*--follow b_1.*--pause b_1/);
  assert.equal(server.rows("b_1").length, 2500);
  server.run("b_1");
  assert.equal((await maytapi(["batch", "--follow", "b_1"], { env })).exit, 0);
});

test("an upload that no answer comes to can be repeated, and says so", async (t) => {
  const { server, env } = await onServer(t);
  file("few.csv", people(3));
  server.fates = [undefined, 503, 503, 503, 503];
  const { exit, err } = await maytapi(["batch", "few.csv", ...TEXT], { env });
  assert.equal(exit, 4, err);
  assert.match(joined(err), /--continue b_1.*BatchError/);
  server.fates = [];
  assert.equal((await maytapi(["batch", "few.csv", ...TEXT, "--continue", "b_1"], { env })).exit, 0);
});

test("the line of progress fits where it is drawn, and is quiet where nobody watches", () => {
  assert.equal(line("uploaded", 500, 1000, 60), `uploaded [${"=".repeat(18)}${" ".repeat(18)}] 500 of 1,000`);
  assert.equal(line("uploaded", 500, 1000, 22), "uploaded 500 of 1,000");
  assert.equal(line("uploaded", 500, 1000, 14), "500 of 1,000");
  assert.equal(line("uploaded", 500, 1000, 6), "50 %");
  assert.equal(line("checked", 1234, 0, 60), "checked 1,234");
  for (let width = 0; width < 100; width += 1) assert.ok(line("waits, quiet hours until 08:00:", 7, 1_000_000, width).length <= width);

  let written = "";
  let clock = 0;
  const stream = (/** @type {object} */ more) => /** @type {any} */ ({ write: (/** @type {string} */ text) => (written += text), ...more });
  const log = progressLine(stream({ isTTY: false }), {}, () => clock);
  for (clock = 0; clock < 90_000; clock += 100) log.show("checked", clock, 0);
  log.end();
  assert.equal(written, "checked 30,000\nchecked 60,000\n");
  written = "";
  const drawn = progressLine(stream({ isTTY: true, columns: 20 }), {}, () => clock);
  drawn.show("\u001b[2Jsent", 1, 2);
  drawn.end();
  assert.match(written, /^\r\u001b\[K[^\r\u001b]{1,19}\r\u001b\[K$/);
  written = "";
  progressLine(stream({ isTTY: true }), { TERM: "dumb" }).show("sent", 1, 2);
  assert.equal(written, "sent 1 of 2\n");
});
