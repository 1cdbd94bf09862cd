// The package's README: every example runs, every yes has its test, every error has its row.
// @ts-check
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as maytapi from "maytapi";
import { startSimulator } from "../simulator/simulator.mjs";
import { KEY } from "./support.mjs";

const readme = readFileSync(new URL("../../pkg/README.md", import.meta.url), "utf8");
const examples = [...readme.matchAll(/^#{2,3} (?<title>.*)$|^```js\n(?<code>[^]*?)^```$/gm)].reduce(
  ({ title, found }, { groups }) => (groups?.["title"] ? { title: groups["title"], found } : { title, found: [...found, { title, code: groups?.["code"] ?? "" }] }),
  { title: "", found: /** @type {{ title: string, code: string }[]} */ ([]) },
).found;

/** What the examples say that they print. */
const PRINTED = {
  Use: [/^queued as [0-9a-f-]{36}\n$/],
  "In a page": [/^$/, /^true\n$/],
  Files: [/^100 %\n$/],
  Many: [/^0 [0-9a-f-]{36}\n1 [0-9a-f-]{36}\n$/],
  "A form": [/^caption text\n$/],
  Errors: [/^\[ 'toNumber' \]\n$/],
  Reads: [/^12025550123@c\.us true \d\n$/],
  Webhooks: [/^delivered\n$/],
  "Tests of your own": [/^12025550123\n$/],
  "From the generated client": [/^[0-9a-f-]{36}\n$/],
};

/** @type {Awaited<ReturnType<typeof startSimulator>>} */
let simulator;
before(async () => {
  simulator = await startSimulator({ apiKey: KEY, duplicateFilter: "off", log: () => {} });
});
after(() => simulator.close());

assert.ok(examples.length >= 14, `only ${examples.length} examples were found`);
const counts = new Map();
for (const { title, code } of examples) {
  const number = counts.get(title) ?? 0;
  counts.set(title, number + 1);
  test(`the example of "${title}"${number ? ` (${number + 1})` : ""}`, async () => {
    // Beside this test, so that `maytapi` is found from there.
    const file = fileURLToPath(new URL(`.readme-${process.pid}.mjs`, import.meta.url));
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
