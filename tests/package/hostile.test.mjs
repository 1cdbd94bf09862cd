// Hostile input in Node: a typed error each time, a client that goes on, no promise that hangs, nothing thrown past the caller.
// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import * as maytapi from "maytapi";
import { attack } from "./hostile.mjs";

test("hostile values and fetches", async () => {
  /** @type {unknown[]} */
  const stray = [];
  const note = (/** @type {unknown} */ error) => stray.push(error);
  process.on("unhandledRejection", note).on("uncaughtException", note);
  const { cases, faults } = await attack(maytapi);
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.off("unhandledRejection", note).off("uncaughtException", note);
  assert.deepEqual(faults, []);
  assert.deepEqual(stray, []);
  assert.ok(cases > 600, `only ${cases} cases ran`);
  console.log(`${cases} hostile cases`);
});
