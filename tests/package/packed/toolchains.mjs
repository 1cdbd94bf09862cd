// Toolchains that are too large to install for every run: what to install, what to run, and what is to come of it.
// @ts-check
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BROWSER_OUTCOME, outcomeOf, outcomeOfPage, REQUIRED, run, serve, tool } from "./project.mjs";
import { freePort } from "./workerd.mjs";

/**
 * @typedef {{ folder: string, settings: { baseUrl: string, productId: string, apiKey: string }, browser: import("playwright-core").Browser }} Project
 * @typedef {object} Toolchain
 * @property {string} name
 * @property {string} called as the README calls it
 * @property {string[]} packages the first is the one whose version is told
 * @property {string} [fixture]
 * @property {"module"} [type]
 * @property {(project: Project) => Promise<{ outcome: unknown, expected: unknown }>} attempt
 */

const NODE = tool("node");

/**
 * A program of the project's own tools.
 * @param {string} folder
 * @param {string} name
 */
const bin = (folder, name) => join(folder, "node_modules/.bin", name);

/** @type {(environments: string[]) => Toolchain["attempt"]} */
const jest = (environments) => async ({ folder }) => {
  const outcome = [];
  for (const environment of environments) {
    const told = JSON.parse(await run(bin(folder, "jest"), [`--env=${environment}`, "--testMatch=**/send.test.cjs", "--json"], folder));
    const [{ assertionResults }] = told.testResults;
    outcome.push([environment, ...assertionResults.map((/** @type {{ status: string }} */ { status }) => status)]);
  }
  return { outcome, expected: environments.map((environment) => [environment, "passed", "passed"]) };
};

/** @type {(version: string) => Toolchain} */
const oldNode = (version) => ({
  name: `Node ${version} by require, which it can't of modules`,
  called: "20 and 22.0",
  packages: [`node-${process.platform}-${process.arch}@${version}`],
  attempt: async ({ folder }) => {
    const program = join(folder, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
    return { outcome: await outcomeOf(program, ["shared/require.cjs"], folder), expected: REQUIRED };
  },
});

/**
 * Starts a server that was built, and asks it.
 * @template T
 * @param {string} folder
 * @param {string[]} args of Node
 * @param {(url: string) => Promise<T>} ask
 */
async function asked(folder, args, ask) {
  const port = String(await freePort());
  const child = spawn(NODE, args.map((arg) => arg.replace("PORT", port)), { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, PORT: port, HOST: "127.0.0.1", NODE_ENV: "production" } });
  let told = "";
  child.stdout.on("data", (text) => (told += text));
  child.stderr.on("data", (text) => (told += text));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  try {
    for (let tries = 0; tries < 200 && child.exitCode === null; tries += 1) {
      if (await fetch(url).then(() => true, () => false)) return await ask(url);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server does not answer: ${told}`);
  } finally {
    child.kill();
    await ended;
  }
}

/** @param {string} url */
const json = async (url) => (await fetch(url)).json();

/**
 * @param {Project} project
 * @param {string} built the folder with the page
 */
async function pageOf({ folder, settings, browser }, built) {
  const server = await serve(join(folder, built));
  try {
    const { result, error } = /** @type {any} */ (await outcomeOfPage(browser, `${server.url}/index.html`, settings));
    return result ?? error;
  } finally {
    server.close();
  }
}

/** @type {Toolchain[]} */
export const TOOLCHAINS = [
  { name: "Jest 30, CommonJS, in Node and in jsdom", called: "Jest", fixture: "jest", packages: ["jest@30", "jest-environment-jsdom@30"], attempt: jest(["node", "jsdom"]) },
  { name: "Jest 29, CommonJS, in Node and in jsdom", called: "Jest", fixture: "jest", packages: ["jest@29", "jest-environment-jsdom@29"], attempt: jest(["node", "jsdom"]) },
  {
    name: "NestJS 11 and ts-jest, TypeScript to CommonJS",
    called: "NestJS",
    fixture: "nest",
    packages: ["@nestjs/core@11", "@nestjs/common@11", "@nestjs/platform-express@11", "reflect-metadata", "rxjs@7", "typescript@5.9", "@types/node@24", "jest@30", "ts-jest@29", "@types/jest@30"],
    attempt: async ({ folder }) => {
      const outcome = [];
      for (const module of ["node10", "node16"]) {
        await run(bin(folder, "tsc"), ["-p", ".", "--moduleResolution", module, "--module", module === "node10" ? "commonjs" : module, "--outDir", module], folder);
        outcome.push(await outcomeOf(NODE, ["--no-experimental-require-module", `${module}/main.js`], folder));
      }
      outcome.push(JSON.parse(await run(bin(folder, "jest"), ["--json", "--testMatch=**/sender.spec.ts"], folder)).success);
      const answer = { state: "queued", error: "message", token: 3 };
      return { outcome, expected: [answer, answer, true] };
    },
  },
  {
    name: "Vitest 4, in Node, jsdom and happy-dom",
    called: "Vitest",
    fixture: "vitest",
    packages: ["vitest@4", "jsdom", "happy-dom"],
    attempt: async ({ folder }) => {
      const outcome = [];
      for (const environment of ["node", "jsdom", "happy-dom"]) outcome.push(JSON.parse(await run(bin(folder, "vitest"), ["run", "--environment", environment, "--reporter=json"], folder)).success);
      return { outcome, expected: [true, true, true] };
    },
  },
  oldNode("20.0.0"),
  oldNode("22.0.0"),
  oldNode("22.11.0"),
  {
    name: "Nuxt 4 with Nitro 2, production",
    called: "Nuxt",
    fixture: "nuxt",
    packages: ["nuxt@4"],
    attempt: async ({ folder, browser }) => {
      await run(bin(folder, "nuxt"), ["build"], folder, 300_000);
      // What lies beside it would be found by a server that lacks something.
      rmSync(join(folder, "node_modules"), { recursive: true });
      const outcome = await asked(folder, [".output/server/index.mjs"], async (url) => [await json(`${url}/api/send`), /** @type {any} */ (await outcomeOfPage(browser, `${url}/`, {})).result]);
      return { outcome, expected: [{ state: "queued" }, { page: true, server: { state: "queued" } }] };
    },
  },
  {
    name: "Nitro 3, production",
    called: "Nitro",
    fixture: "nitro",
    packages: ["nitro@3"],
    attempt: async ({ folder }) => {
      await run(bin(folder, "nitro"), ["build"], folder, 300_000);
      rmSync(join(folder, "node_modules"), { recursive: true });
      return { outcome: await asked(folder, [".output/server/index.mjs"], json), expected: { state: "queued" } };
    },
  },
  ...["--turbopack", "--webpack"].map((bundler) => /** @type {Toolchain} */ ({
    name: `Next.js 16, ${bundler.slice(2)}, a route and a page`,
    called: "Next.js",
    fixture: "next",
    packages: ["next@16", "react@19", "react-dom@19"],
    attempt: async ({ folder, browser }) => {
      await run(bin(folder, "next"), ["build", bundler], folder, 300_000);
      const outcome = await asked(folder, ["node_modules/next/dist/bin/next", "start", "-p", "PORT", "-H", "127.0.0.1"], async (url) => /** @type {any} */ (await outcomeOfPage(browser, `${url}/`, {})).result);
      return { outcome, expected: { page: true, client: "function", server: { state: "queued" } } };
    },
  })),
  {
    name: "SvelteKit, a page with its server's half",
    called: "SvelteKit",
    fixture: "svelte",
    type: "module",
    packages: ["@sveltejs/kit", "svelte@5", "@sveltejs/vite-plugin-svelte", "vite@8", "@sveltejs/adapter-node"],
    attempt: async ({ folder, browser }) => {
      await run(bin(folder, "vite"), ["build"], folder, 300_000);
      const outcome = await asked(folder, ["build/index.js"], async (url) => /** @type {any} */ (await outcomeOfPage(browser, `${url}/`, {})).result);
      return { outcome, expected: { page: true, server: true } };
    },
  },
  {
    name: "Angular 22, production: the error names maytapi/inline, which works",
    called: "Angular",
    fixture: "angular",
    packages: ["@angular/core@22", "@angular/common@22", "@angular/compiler@22", "@angular/platform-browser@22", "@angular/build@22", "@angular/cli@22", "@angular/compiler-cli@22", "rxjs@7", "tslib", "typescript@6"],
    attempt: async (project) => {
      await run(bin(project.folder, "ng"), ["build"], project.folder, 300_000);
      const { plain, inline } = await pageOf(project, "out/browser");
      return { outcome: [plain.retryable, plain.message.includes('import from "maytapi/inline"'), inline], expected: ["no", true, "queued"] };
    },
  },
  {
    name: "Vite 7, its development server and a build, without settings",
    called: "Vite",
    fixture: "vite",
    type: "module",
    packages: ["vite@7"],
    attempt: async (project) => {
      const { folder, settings, browser } = project;
      const vite = "node_modules/vite/bin/vite.js";
      cpSync(join(folder, "shared/app.js"), join(folder, "app.js"));
      const served = await asked(folder, [vite, "--port", "PORT", "--host", "127.0.0.1"], async (url) => /** @type {any} */ (await outcomeOfPage(browser, `${url}/`, settings)).result);
      await run(NODE, [vite, "build"], folder, 300_000);
      return { outcome: [served, await pageOf(project, "dist")], expected: [BROWSER_OUTCOME, BROWSER_OUTCOME] };
    },
  },
  {
    name: "Parcel 2",
    called: "Parcel",
    fixture: "parcel",
    packages: ["parcel@2"],
    attempt: async (project) => {
      const { folder } = project;
      cpSync(join(folder, "shared/app.js"), join(folder, "src/app.js"));
      await run(bin(folder, "parcel"), ["build", "src/index.html", "--no-cache"], folder, 300_000);
      return { outcome: await pageOf(project, "dist"), expected: BROWSER_OUTCOME };
    },
  },
  {
    name: "Metro, as React Native bundles: imports, and says what is missing",
    called: "React Native",
    fixture: "metro",
    packages: ["metro", "@react-native/metro-config", "@react-native/babel-preset", "@babel/core"],
    attempt: async ({ folder }) => {
      const told = { known: true, code: "load_failed", retryable: "no", says: true };
      return { outcome: await outcomeOf(NODE, ["bundle.cjs"], folder), expected: [told, told] };
    },
  },
  {
    name: "@vercel/nft, by import and by require",
    called: "@vercel/nft",
    fixture: "nft",
    packages: ["@vercel/nft@1"],
    attempt: async ({ folder }) => {
      const outcome = [];
      for (const program of ["program.mjs", "program.cjs"]) {
        const traced = join(folder, "traced", program);
        mkdirSync(traced, { recursive: true });
        outcome.push(await outcomeOf(NODE, ["trace.mjs", traced, program], folder));
        outcome.push(await outcomeOf(NODE, ["--no-experimental-require-module", program], traced));
      }
      return { outcome, expected: [[], [true, 0], [], [true, 0]] };
    },
  },
];
