// The READMEs: every example compiles and runs, every yes has its test, every error has its row.
// @ts-check
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import * as maytapi from "maytapi";
import { startSimulator } from "../simulator/simulator.mjs";
import { KEY } from "./support.mjs";

const readme = readFileSync(new URL("../../pkg/README.md", import.meta.url), "utf8");
const top = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** @param {string} text @returns {{ title: string, code: string }[]} */
const examplesOf = (text) =>
  [...text.matchAll(/^#{2,3} (?<title>.*)$|^```js\n(?<code>[^]*?)^```$/gm)].reduce(
    ({ title, found }, { groups }) => (groups?.["title"] ? { title: groups["title"], found } : { title, found: [...found, { title, code: groups?.["code"] ?? "" }] }),
    { title: "", found: /** @type {{ title: string, code: string }[]} */ ([]) },
  ).found;
const examples = [...examplesOf(readme), ...examplesOf(top)];

/** What the examples say that they print. */
const PRINTED = {
  Use: [/^queued as [0-9a-f-]{36}\n$/],
  "In a page": [/^$/, /^true\n$/],
  Files: [/^100 %\n$/],
  Many: [/^0 [0-9a-f-]{36}\n1 [0-9a-f-]{36}\n$/],
  "A form": [/^caption text\n$/],
  "What becomes of a message": [/^read\n$/],
  Batches: [/^b_1: 0 rows are there\nb_1: 2 rows are there\ndone 1\ncustomer-18 refused F01\n$/],
  Errors: [/^\[ 'toNumber' \]\n$/],
  Reads: [/^12025550123@c\.us true \d\n$/],
  Webhooks: [/^delivered\n$/],
  "Tests of your own": [/^12025550123\n$/],
  "From the generated client": [/^[0-9a-f-]{36}\n$/],
  "Ten lines": [/^queued as [0-9a-f-]{36}\n$/, /^$/],
};

/** @type {Awaited<ReturnType<typeof startSimulator>>} */
let simulator;
before(async () => {
  simulator = await startSimulator({ apiKey: KEY, duplicateFilter: "off", log: () => {} });
});
after(() => simulator.close());

assert.ok(examples.length >= 18, `only ${examples.length} examples were found`);

test("every example compiles under TypeScript's strict", () => {
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, strict: true, noEmit: true, lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"], types: ["node"] };
  const folder = fileURLToPath(new URL("./", import.meta.url));
  // Beside this test, so that `maytapi` is found from there; in memory, as a type checker needs no file.
  const sources = new Map(examples.map(({ code }, index) => [`${folder}readme-example-${index}.mts`, `${code}export {};\n`]));
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => sources.has(name) || fileExists(name);
  host.readFile = (name) => sources.get(name) ?? readFile(name);
  host.getSourceFile = (name, target, ...rest) => {
    const code = sources.get(name);
    return code === undefined ? getSourceFile(name, target, ...rest) : ts.createSourceFile(name, code, target);
  };
  const faults = ts.getPreEmitDiagnostics(ts.createProgram([...sources.keys()], options, host)).map(({ file, messageText }) => `${file?.text.slice(0, 200) ?? ""}\n${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  assert.deepEqual(faults, []);
});

// Each is a process of its own, which mostly starts and waits.
describe("the examples", { concurrency: 3 }, () => {
  const counts = new Map();
  for (const [index, { title, code }] of examples.entries()) {
    const number = counts.get(title) ?? 0;
    counts.set(title, number + 1);
    test(`the example of "${title}"${number ? ` (${number + 1})` : ""}`, async () => {
      // Beside this test, so that `maytapi` is found from there.
      const file = fileURLToPath(new URL(`.readme-${process.pid}-${index}.mjs`, import.meta.url));
      writeFileSync(file, code);
      try {
        const { stdout } = await promisify(execFile)(process.execPath, ["--import", new URL("readme-host.mjs", import.meta.url).href, file], {
          env: { ...process.env, README_SIMULATOR: JSON.stringify({ apiUrl: simulator.apiUrl, apiKey: KEY }), MAYTAPI_PRODUCT_ID: simulator.productId, MAYTAPI_KEY: KEY, TOKEN_SECRET: "canary-token-secret-0123456789-0123456789" },
        });
        const expected = PRINTED[/** @type {keyof typeof PRINTED} */ (title)]?.[number];
        if (expected) assert.match(stdout, expected);
      } finally {
        rmSync(file);
      }
    });
  }
});

test("every yes of ours in the feature table has a test of the name that stands there", () => {
  const rows = [...readme.matchAll(/^\|(?<cells>.*)\|$/gm)].map(({ groups }) => (groups?.["cells"] ?? "").split("|").map((cell) => cell.trim())).filter(({ length }) => length === 7);
  const [head, , ...features] = rows;
  assert.deepEqual(head?.slice(1), ["openai-node", "Slack web-api", "octokit", "generated client", "maytapi", "proved by"]);
  const folder = new URL("./", import.meta.url);
  const sources = readdirSync(folder, { recursive: true }).map(String).filter((name) => name.endsWith(".test.mjs") && !name.startsWith("readme")).map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
  const titles = [...sources.matchAll(/^ *test\([`"'](?<title>.*?)[`"'],/gm)].map(({ groups }) => groups?.["title"] ?? "");
  assert.ok(features.length > 20);
  for (const [feature, , , , , ours, proof] of features) {
    if (!ours?.startsWith("yes")) continue;
    assert.ok(proof && titles.some((title) => title.includes(proof)), `${feature}: there is no test "${proof}"`);
  }
});

test("every class of error has its row, and every function its place", () => {
  const classes = Object.entries(maytapi).filter(([, value]) => typeof value === "function" && value.prototype instanceof maytapi.MaytapiError).map(([name]) => name);
  for (const name of classes) assert.ok(readme.includes(`| \`${name}\` |`), name);
  const methods = Object.getOwnPropertyNames(maytapi.MaytapiClient.prototype).filter((name) => name !== "constructor");
  for (const name of [...Object.keys(maytapi), ...methods]) assert.ok(readme.includes(name), name);
});
