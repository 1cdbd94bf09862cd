// Loaded before each of the README's examples: leads the addresses that they name to a simulator, and leaves their code as it is.
// @ts-check
const { apiUrl, apiKey } = JSON.parse(process.env["README_SIMULATOR"] ?? "{}");
const real = globalThis.fetch;
// No example reaches for the network.
Reflect.deleteProperty(globalThis, "WebSocket");

/**
 * @param {string | URL | Request} input
 * @param {RequestInit} [init]
 */
globalThis.fetch = async (input, init) => {
  const url = String(input);
  if (url === "https://shop.example/maytapi-token") return new Response("a-token");
  const headers = new Headers(init?.headers);
  if (url.startsWith("https://edge.example/api/main/")) {
    // What the edge proxy does: the caller's token stays here, the key is added.
    const token = headers.get("x-maytapi-key") ?? headers.get("authorization")?.replace("Bearer ", "");
    if (token !== "a-token") return Response.json({ success: false, message: "The token is not accepted." }, { status: 401 });
    // The simulator stands for Maytapi alone, which answers no question about a message.
    const id = /\/1150\/messages\/([^/]+)$/.exec(url)?.[1];
    if (id) return Response.json({ kind: "message", seq: 4, msgId: id, state: "read", at: { queued: 1, read: 2 } });
    if (url.includes("/1150/events")) return Response.json({ items: [], cursor: "e.4", more: false });
    const batch = /\/1150\/(batches.*)$/.exec(url)?.[1];
    if (batch) return Response.json(ofBatch(batch));
    headers.delete("authorization");
    headers.set("x-maytapi-key", apiKey);
    return real(url.replace("https://edge.example/api/main", apiUrl), { ...init, headers });
  }
  if (url.startsWith("https://api.maytapi.com/api/")) return real(url.replace(/^https:\/\/api\.maytapi\.com\/api\/[^/]+/, apiUrl), init);
  throw new TypeError(`an example reached for ${url}`);
};

/**
 * What the proxy says of a batch of two, one of which is refused.
 * @param {string} path
 */
function ofBatch(path) {
  if (path.includes("/pieces/")) return { piece: 0, rows: 2, duplicates: [], invalid: 0 };
  if (path.includes("/results")) return { results: [{ row: 1, ref: "customer-18", state: "refused", code: "F01" }], cursor: null };
  return { id: "b_1", state: path === "batches" ? "draft" : "done", counts: { queued: 1, refused: 1 }, size: 2, made: 1, expires: 2, plan: { perMinute: 10 } };
}
