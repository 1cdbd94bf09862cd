// Types of the helpers for backends and tests.
import { MaytapiClient } from "maytapi";
import { queued, refused, scriptedFetch } from "maytapi/testing";
import { mintToken } from "maytapi/token";

export const token: Promise<string> = mintToken({ secret: "s", subject: "user-1", capability: { phones: [1], read: ["status"], batch: false } });
// @ts-expect-error a token belongs to somebody
void mintToken({ secret: "s" });
// @ts-expect-error there is no such part
void mintToken({ secret: "s", subject: "u", capability: { admin: true } });

const fetch = scriptedFetch([queued("1"), refused("no", "F04"), new Error("x"), (request) => ({ body: request.json })]);
export const client = new MaytapiClient({ baseUrl: "https://edge.example/api/main", token: "t", fetch });
export const sent: string | undefined = fetch.requests[0]?.headers["authorization"];
