// The command `maytapi`, run as a person or a script runs it: in a folder of its own, with nothing of this process's environment.
// @ts-check
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const COMMAND = fileURLToPath(new URL("../../pkg/cli/main.js", import.meta.url));

/** @param {string[]} secrets what must never be printed */
export function command(secrets) {
  const folder = mkdtempSync(join(tmpdir(), "maytapi-cli-"));
  /**
   * @param {string[]} args
   * @param {{ env?: Record<string, string>, input?: string, onError?: (text: string, child: import("node:child_process").ChildProcess) => void }} [given] `onError` is told what was written to the standard error so far
   */
  const maytapi = async (args, { env = {}, input = "", onError } = {}) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { env: { PATH: process.env["PATH"] ?? "", ...env }, cwd: folder });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text) => {
      err += text;
      onError?.(err, child);
    });
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const exit = await new Promise((resolve) => child.once("close", resolve));
    for (const secret of secrets) assert.ok(!`${out}${err}`.includes(secret), `a secret was printed: ${args}`);
    return { exit, out, err };
  };
  return { folder, maytapi, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
