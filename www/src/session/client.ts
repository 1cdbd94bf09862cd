// The package's client for a phone, with what the caller is signed in with.
import { AuthenticationError, MaytapiClient } from "maytapi";
import { t } from "../words.ts";
import { credential, type PhoneRef, sessionEnded, tokenOf } from "./session.ts";
import { headersOf } from "./token.ts";

/** Makes a client, lets `use` work with it, and gives its memory back. A token that is no longer taken ends the session. */
export async function withClient<T>({ account, phone }: PhoneRef, use: (client: MaytapiClient) => Promise<T>): Promise<T> {
  const shown = credential.value;
  if (!shown) throw new AuthenticationError(t.connect.ended, { code: "signed_out", retryable: "no" });
  const baseUrl = `/api/${encodeURIComponent(account)}`;
  const client =
    shown.kind === "access"
      ? // Access adds its own token where no other is shown; the client has to be given one.
        new MaytapiClient({ baseUrl, phoneId: phone, token: "access", fetch: fetchWithCookie })
      : new MaytapiClient({ baseUrl, phoneId: phone, token: shown.kind === "token" ? shown.token : async () => (await tokenOf(shown)) ?? "" });
  try {
    return await use(client);
  } catch (error) {
    if (error instanceof AuthenticationError) sessionEnded(shown.kind === "access" ? t.connect.accessEnded : error.message);
    throw error;
  } finally {
    client.free();
  }
}

const fetchWithCookie: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers);
  headers.delete("authorization");
  for (const [name, value] of Object.entries(headersOf(undefined))) headers.set(name, value);
  return fetch(input, { ...init, headers, credentials: "same-origin" });
};
