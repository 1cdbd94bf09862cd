// Code written against the OpenAPI-generated client, with nothing but its import changed.
// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { MaytapiError, RefusedError, ValidationError } from "maytapi";
import * as maytapi from "maytapi/openapi";
import { headerOf, KEY, onSimulator, SECRET_TEXT, shown, TO, TOKEN } from "./support.mjs";

/** The server of the configuration, as its users point it elsewhere. */
const serverAt = (url) => new maytapi.ServerConfiguration(url, {});
const TEXT = { toNumber: TO, type: "text", message: "Hello" };

async function apiOn(t, more = {}) {
  const { simulator } = await onSimulator(t);
  const configuration = maytapi.createConfiguration({ baseServer: serverAt(simulator.apiUrl), authMethods: { ApiKeyAuth: KEY }, ...more });
  return { simulator, configuration, api: new maytapi.MessageSendingOperationsApi(configuration) };
}

test("the generated documentation's example", async (t) => {
  const { simulator, configuration } = await apiOn(t);
  const apiInstance = new maytapi.MessageSendingOperationsApi(configuration);

  let body = {
    // string | ID of the phone registered to the product, assigned by the database automatically. Can be obtained by calling ***GET listPhones***.
    phoneId: "1150",
    phoneIdSendMessagePostRequest: {
      toNumber: "12025550123",
      message: "Message Text",
      type: "text",
      text: "Message Caption (optional)",
      filename: "demo.txt",
      skipFilter: true,
      forwardCaption: true,
      replyTo: "50d8b950-a67f-11eb-91cc-d97af631df95",
      latitude: 41.0082,
      longitude: 28.9784,
    },
  };

  const data = await apiInstance.phoneIdSendMessagePost(body);

  assert.equal(data.success, true);
  assert.equal(data.data.chatId, "12025550123@c.us");
  assert.ok(simulator.messages.has(data.data.msgId));
  const [sent] = simulator.sends;
  assert.equal(headerOf(sent, "x-maytapi-key"), KEY);
  assert.equal(headerOf(sent, "content-type"), "application/json");
  assert.equal(headerOf(sent, "accept"), "application/json, */*;q=0.8");
  assert.equal(headerOf(sent, "authorization"), undefined);
  assert.equal(sent.path, `/api/${simulator.productId}/1150/sendMessage`);
  assert.deepEqual(sent.json, { to_number: "12025550123", type: "text", message: "Message Text", reply_to: "50d8b950-a67f-11eb-91cc-d97af631df95", skip_filter: true });
});

test("the parameters one by one, a request of the model's class, and the curl example's empty caption", async (t) => {
  const { simulator, api } = await apiOn(t);
  const request = Object.assign(new maytapi.PhoneIdSendMessagePostRequest(), { toNumber: `+${TO}`, type: "media", message: "http://placehold.it/180", text: "", replyTo: undefined });
  const { data } = await api.phoneIdSendMessagePost("1150", request);
  assert.ok(data?.msgId);
  assert.deepEqual(simulator.sends[0].json, { to_number: TO, type: "media", message: "http://placehold.it/180" });
});

test("every type of the generated model, and one that it did not have", async (t) => {
  const { simulator, api } = await apiOn(t);
  const id = "50d8b950-a67f-11eb-91cc-d97af631df95";
  const vcard = { displayName: "Ada", vcard: "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD" };
  const cases = [
    [{ type: "location", latitude: 41.0082, longitude: 28.9784, text: "Bridge" }, { latitude: "41.0082", longitude: "28.9784", text: "Bridge" }],
    [{ type: "vcard", message: vcard }, { message: vcard }],
    [{ type: "contact", message: "12025550199@c.us" }, { message: "12025550199@c.us" }],
    [{ type: "forward", message: id, forwardCaption: true }, { message: id, forward_caption: true }],
    [{ type: "delete", message: id }, { message: id }],
    [{ type: "reaction", message: "😀", replyTo: id }, { message: "😀", reply_to: id }],
    [{ type: "link", message: "https://shop.example/" }, { message: "https://shop.example/" }],
    [{ type: "edit", message: "new", replyTo: id }, { message: "new", reply_to: id }],
    [{ type: "poll", message: "Lunch?", options: ["Yes", "No"], onlyOne: true }, { message: "Lunch?", options: ["Yes", "No"], only_one: true }],
    [{ type: "list", sections: [] }, { sections: [] }],
  ];
  for (const [request, wire] of cases) {
    await api.phoneIdSendMessagePost({ phoneId: "1150", phoneIdSendMessagePostRequest: { toNumber: TO, ...request } });
    assert.deepEqual(simulator.sends.at(-1).json, { to_number: TO, type: request.type, ...wire });
  }
});

test("promise middlewares change URL, method, headers and body, and see the answer", async (t) => {
  const seen = [];
  const first = {
    pre: async (context) => {
      seen.push(`pre ${context.getHttpMethod()} ${new URL(context.getUrl()).pathname.split("/").at(-1)}`);
      context.setHeaderParam("x-trace", "t-1");
      context.setQueryParam("page", "2");
      context.setBody(JSON.stringify({ ...JSON.parse(context.getBody()), message: "changed on the way" }));
      return context;
    },
    post: async (context) => {
      seen.push(`post ${context.httpStatusCode} ${context.headers["content-type"]}`);
      const text = await context.body.text();
      return new maytapi.ResponseContext(context.httpStatusCode, context.headers, { text: async () => text.replace(/"msgId":"[^"]*"/, '"msgId":"rewritten"'), binary: () => context.body.binary() });
    },
  };
  const second = { pre: async (context) => { seen.push("second pre"); return context; }, post: async (context) => { seen.push("second post"); return context; } };
  const { simulator, api } = await apiOn(t, { promiseMiddleware: [first, second] });
  const { data } = await api.phoneIdSendMessagePost("1150", TEXT);
  assert.equal(data.msgId, "rewritten");
  assert.deepEqual(seen.map((line) => line.split(";")[0]), ["pre POST sendMessage", "second pre", "post 200 application/json", "second post"]);
  assert.equal(simulator.sends[0].query, "?page=2");
  assert.equal(headerOf(simulator.sends[0], "x-trace"), "t-1");
  assert.equal(simulator.sends[0].json.message, "changed on the way");
});

test("a middleware can lead a request elsewhere, and what it throws comes through unchanged", async (t) => {
  const { simulator, configuration } = await apiOn(t);
  const middleware = { pre: async (context) => { context.setUrl(context.getUrl().replace("/1150/", "/1151/")); return context; }, post: async (context) => context };
  const api = new maytapi.MessageSendingOperationsApi({ ...configuration, middleware: [middleware] });
  await api.phoneIdSendMessagePost("1150", TEXT).catch((error) => assert.ok(error instanceof maytapi.ApiException));
  assert.equal(simulator.sends[0].phoneId, "1151");
  const own = new RangeError("my own rule");
  for (const broken of [{ ...middleware, pre: () => Promise.reject(own) }, { ...middleware, post: () => { throw own; } }]) {
    await assert.rejects(api.phoneIdSendMessagePost("1150", TEXT, { middleware: [broken] }), (error) => error === own);
  }
});

test("an HTTP library of one's own, by promise or by observable", async () => {
  const answer = () => new maytapi.ResponseContext(200, {}, new maytapi.SelfDecodingBody(Promise.resolve(new Blob(['{"success":true,"data":{"chatId":"c","msgId":"m"}}']))));
  const libraries = [
    maytapi.wrapHttpLibrary({ send: async () => answer() }),
    { send: () => ({ toPromise: async () => answer() }) },
    { send: () => ({ subscribe: (observer) => { observer.next(answer()); observer.complete(); } }) },
  ];
  for (const httpApi of libraries) {
    const configuration = maytapi.createConfiguration({ httpApi, authMethods: { ApiKeyAuth: KEY } });
    assert.deepEqual({ ...(await new maytapi.MessageSendingOperationsApi(configuration).phoneIdSendMessagePost("1150", TEXT)) }.data, Object.assign(new maytapi.SendMessageResponseData(), { chatId: "c", msgId: "m" }));
  }
});

test("servers have variables, and the default is Maytapi itself", async () => {
  let address;
  const httpApi = { send: async (request) => { address = request.getUrl(); throw new Error("stop here"); } };
  maytapi.server1.setVariables({ product_id: "00000000-0000-4000-8000-000000000000" });
  const api = new maytapi.MessageSendingOperationsApi(maytapi.createConfiguration({ httpApi, authMethods: { ApiKeyAuth: KEY } }));
  await assert.rejects(api.phoneIdSendMessagePost("1150", TEXT), (error) => error instanceof maytapi.ApiException && error.code === 0 && error.cause.name === "ConnectionError");
  assert.equal(address, "https://api.maytapi.com/api/00000000-0000-4000-8000-000000000000/1150/sendMessage");
  assert.equal(maytapi.servers[0], maytapi.server1);
  assert.equal(maytapi.server1.getConfiguration().product_id, "00000000-0000-4000-8000-000000000000");
});

test("pointed at the edge proxy it sends the token where it sent the key", async () => {
  let headers;
  const httpApi = { send: async (request) => { headers = request.getHeaders(); throw new Error("stop here"); } };
  const configuration = maytapi.createConfiguration({ baseServer: serverAt("https://edge.example/api/main"), httpApi, authMethods: { ApiKeyAuth: TOKEN } });
  await assert.rejects(new maytapi.MessageSendingOperationsApi(configuration).phoneIdSendMessagePost("1150", TEXT));
  assert.equal(headers["x-maytapi-key"], TOKEN);
});

test("a 200 that says no is an ApiException with our error as its cause, and so is every other failure", async (t) => {
  const { simulator, api } = await apiOn(t);
  for (const [fault, code, cause] of [
    [{ kind: "refused", message: "Phone is not connected" }, 200, "RefusedError"],
    [{ kind: "w05" }, 200, "RefusedError"],
    [{ kind: "http4xx", status: 403 }, 403, "PermissionError"],
    [{ kind: "http5xx", status: 503 }, 503, "ServerError"],
    [{ kind: "html" }, 502, "ServerError"],
    [{ kind: "empty" }, 200, "UnreadableAnswerError"],
    [{ kind: "drop" }, 0, "ConnectionError"],
    [{ kind: "redirect" }, 307, "UnreadableAnswerError"],
  ]) {
    simulator.fail(fault);
    const error = await api.phoneIdSendMessagePost("1150", { ...TEXT, message: SECRET_TEXT }).then(() => assert.fail("queued"), (thrown) => thrown);
    assert.ok(error instanceof maytapi.ApiException && error.cause instanceof MaytapiError, inspect(error));
    assert.equal(error.code, code, inspect(fault));
    assert.equal(error.cause.name, cause, inspect(fault));
    if (fault.kind === "refused") {
      assert.ok(error.cause instanceof RefusedError);
      assert.equal(JSON.parse(error.body).message, "Phone is not connected");
      assert.equal(error.headers["content-type"].split(";")[0], "application/json");
    }
    assert.ok(!shown(error).includes(KEY) && !shown(error).includes(SECRET_TEXT));
  }
  assert.deepEqual(simulator.elsewhere.received, [], "a redirect was followed");
});

test("nothing leaves when a parameter is missing or the message is wrong", async (t) => {
  const { simulator, api } = await apiOn(t);
  for (const call of [() => api.phoneIdSendMessagePost({}), () => api.phoneIdSendMessagePost(null, TEXT), () => api.phoneIdSendMessagePost("1150"), () => api.phoneIdSendMessagePost({ phoneId: "1150" })]) {
    await assert.rejects(call, (error) => error instanceof maytapi.RequiredError && /^Required parameter \w+ was null or undefined/.test(error.message));
  }
  await assert.rejects(api.phoneIdSendMessagePost("1150", { toNumber: "12", type: "text" }), (error) => error instanceof maytapi.ApiException && error.code === 0 && error.cause instanceof ValidationError && error.cause.faults.length === 2);
  await assert.rejects(api.phoneIdSendMessagePost("../logout", TEXT), (error) => error instanceof maytapi.ApiException && error.code === 0);
  assert.equal(simulator.received.length, 0);
});

test("the answer's status and headers for who wants them, and options for one call", async (t) => {
  const { simulator, api, configuration } = await apiOn(t);
  const info = await api.phoneIdSendMessagePostWithHttpInfo({ phoneId: "1150", phoneIdSendMessagePostRequest: TEXT });
  assert.equal(info.httpStatusCode, 200);
  assert.ok(info.data.data.msgId && info.headers["content-type"]);
  const other = maytapi.createConfiguration({ ...configuration, authMethods: { ApiKeyAuth: "another-key" } });
  await assert.rejects(api.phoneIdSendMessagePost({ phoneId: "1150", phoneIdSendMessagePostRequest: TEXT }, other), maytapi.ApiException);
  assert.equal(headerOf(simulator.sends.at(-1), "x-maytapi-key"), "another-key");
  assert.ok(!inspect(configuration, { depth: 10, showHidden: true }).includes(KEY), "the configuration shows the key");
});

test("the reads that the generated client had, in its models' shape", async (t) => {
  const { simulator, configuration, api } = await apiOn(t);
  await api.phoneIdSendMessagePost("1150", { ...TEXT, type: "poll", options: ["a", "b"] });
  simulator.fail({ kind: "lateError" });
  await api.phoneIdSendMessagePost("1150", TEXT);
  await simulator.idle();
  const account = new maytapi.AccountInformationRetrievalApi(configuration);
  const phones = await account.listPhonesGet();
  assert.deepEqual(phones.map(({ id, number, status }) => ({ id, number, status }))[0], { id: 1150, number: "12025550100", status: "active" });
  const logs = await account.logsGet();
  assert.equal(logs.success, true);
  assert.ok(logs.data.list.length > 0 && logs.data.list.every((entry) => "createdAt" in entry));
  assert.deepEqual(await new maytapi.QueueOperationsApi(configuration).phoneIdQueueGet("1150"), { success: true, stats: { sending: 0 } });
  const session = new maytapi.SessionInformationGettersApi(configuration);
  assert.equal((await session.phoneIdStatusGet({ phoneId: "1150" })).success, true);
  const screen = await session.phoneIdScreenGet("1150");
  assert.deepEqual([...new Uint8Array(await screen.arrayBuffer()).slice(1, 4)], [...Buffer.from("PNG")]);
  const catalog = await new maytapi.BusinessCatalogBetaApi(configuration).phoneIdCatalogGet("1150");
  assert.ok(catalog.success && catalog.data.length > 0);
  await assert.rejects(session.phoneIdScreenGet("1151"), (error) => error instanceof maytapi.ApiException && error.code === 200 && error.cause instanceof RefusedError && JSON.parse(error.body).success === false);
  await assert.rejects(session.phoneIdStatusGet(), maytapi.RequiredError);
  assert.deepEqual(simulator.destructive, []);
});
