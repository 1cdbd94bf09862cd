// A page that is rendered on a server, where there is no address that a relative `baseUrl` could stand below.
// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigurationError, MaytapiClient } from "maytapi";

test("a relative baseUrl is judged at the first call, not when the page is rendered", async () => {
  const client = new MaytapiClient({ baseUrl: "/api/main", token: "canary", phoneId: 1 });
  await assert.rejects(client.sendMessage({ type: "text", toNumber: "12025550123", message: "Hello" }), (error) => error instanceof ConfigurationError && error.message.includes("baseUrl"));
  client.free();
});
