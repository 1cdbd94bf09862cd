// Runs a bundled Worker in workerd itself.
// @ts-check
import { spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { tool } from "./project.mjs";

/**
 * @param {string} folder what wrangler bundled
 * @param {string} main the file to start with
 */
export async function startWorkerd(folder, main) {
  const port = await freePort();
  const modules = readdirSync(folder).filter((name) => name === main || name.endsWith(".wasm"));
  // The one that starts comes first.
  const entries = [main, ...modules.filter((name) => name !== main)].map((name) => `(name = "./${name}", ${name.endsWith(".wasm") ? "wasm" : "esModule"} = embed "${name}")`);
  writeFileSync(
    join(folder, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "net", network = (allow = ["local", "private"]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (modules = [${entries.join(", ")}], compatibilityDate = "2026-11-01", globalOutbound = "net");
`,
  );
  const child = spawn(tool("workerd"), ["serve", join(folder, "config.capnp")], { stdio: ["ignore", "ignore", "pipe"] });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (complaints += text));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill();
    await ended;
  };
  for (let tries = 0; tries < 100; tries += 1) {
    if (child.exitCode !== null) throw new Error(`workerd did not start: ${complaints}`);
    const reached = await fetch(url, { method: "HEAD" }).then(() => true, () => false);
    if (reached) return { url, stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error(`workerd did not answer: ${complaints}`);
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}
