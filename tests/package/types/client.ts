// What the compiler allows and refuses of the client: each expected error is a use that must not compile.
import { MaytapiClient, MaytapiError, messageTypes, ready, validate, validateRaw, ValidationError } from "maytapi";
import type { ErrorCode, Fault, Message, MessageInput, MessageOf, MessageType, Queued, RawMessage, ReadName } from "maytapi";

/** Compiles only where both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};
type IsAny<T> = 0 extends 1 & T ? true : false;

const edge = new MaytapiClient({ baseUrl: "/api/main", token: "t", phoneId: 1 });
new MaytapiClient({ productId: "p", apiKey: "k", phoneId: "1", timeoutMs: 5, fetch, dangerouslyAllowBrowser: true });
// @ts-expect-error a token goes nowhere without a proxy
new MaytapiClient({ token: "t" });
// @ts-expect-error a key needs its product
new MaytapiClient({ apiKey: "k" });
// @ts-expect-error one credential, not two
new MaytapiClient({ baseUrl: "/api", token: "t", productId: "p", apiKey: "k" });

same<ReturnType<typeof edge.sendMessage>, Promise<Queued>>(true);
same<IsAny<Parameters<typeof edge.sendMessage>[0]>, false>(true);
same<Queued["state"], "queued">(true);

void edge.sendMessage({ type: "text", toNumber: "+1 202-555-0123", message: "Hello" }, { signal: AbortSignal.timeout(5), phoneId: 2 });
void edge.sendMessage({ type: "buttons", toNumber: "1", message: "m", buttons: [{ text: "a", id: "1" }, { text: "b", url: "https://x.example" }] });
// @ts-expect-error a text needs its message
void edge.sendMessage({ type: "text", toNumber: "1" });
// @ts-expect-error the caption of a file stands in text
void edge.sendMessage({ type: "media", toNumber: "1", message: "https://x.example/a.png", caption: "c" });
// @ts-expect-error there is no such type; the raw form is for those
void edge.sendMessage({ type: "list", toNumber: "1", message: "m" });
// @ts-expect-error a button does one thing
void edge.sendMessage({ type: "buttons", toNumber: "1", message: "m", buttons: [{ text: "a", id: "1", url: "https://x.example" }] });
// @ts-expect-error a poll has answers
void edge.sendMessage({ type: "poll", toNumber: "1", message: "m" });
void edge.sendRaw({ type: "list", toNumber: "1", sections: [{ rows: [] }] });

void edge.sendMedia("1", new Blob([]), { text: "c", onProgress: ({ loaded, total }) => loaded / total });
void edge.sendMedia("1", new Uint8Array(3), { type: "sticker", mimeType: "image/webp", options: { width: 1, height: 1 } });
// @ts-expect-error a file is sent as media, image or sticker
void edge.sendMedia("1", new Blob([]), { type: "text" });

export async function many(messages: AsyncIterable<Message>): Promise<void> {
  for (const result of await edge.sendMany([{ type: "text", toNumber: "1", message: "m" }], { concurrency: 2, perSecond: 0.5 })) {
    if (result.status === "queued") same<typeof result.queued, Queued>(true);
    else same<typeof result.error, unknown>(true);
  }
  for await (const { index } of edge.sendMany(messages)) same<typeof index, number>(true);
}

export async function caught(messages: readonly Message[]): Promise<void> {
  const results = await edge.sendMany(messages).catch((error: unknown) => void error);
  same<typeof results, Awaited<ReturnType<typeof edge.sendMany<Message>>> | undefined>(true);
  // What went in comes out.
  const [poll] = await edge.sendMany([{ type: "poll", toNumber: "1", message: "m", options: ["a", "b"] } satisfies MessageOf<"poll">]).finally(() => {});
  if (poll) same<typeof poll.message.type, "poll">(true);
}

const answers = ["yes", "no"] as const;
export const poll: MessageOf<"poll"> = { type: "poll", toNumber: "1", message: "m", options: answers, onlyOne: undefined };
same<MessageOf<"text"> | MessageOf<"poll">, Extract<Message, { type: "text" | "poll" }>>(true);
// @ts-expect-error there is no such type
export type Wrong = MessageOf<"list">;
void edge.checkPhones(["1"] as const);
void edge.sendMessage({ type: "text", toNumber: "1", message: "m", replyTo: undefined, skipFilter: undefined }, { timeoutMs: undefined, signal: undefined, phoneId: undefined });
void new MaytapiClient({ baseUrl: "/api", token: async () => ({ token: "t", expiresInSeconds: 60 }), phoneId: undefined, logger: undefined, fetch: undefined });

// Maytapi's own spelling.
void edge.sendMessage({ type: "poll", to_number: "1", message: "m", options: answers, only_one: true, reply_to: "m-1", skip_filter: true });
void edge.sendMessage({ type: "vcard", to_number: "1", message: { display_name: "Ann", vcard: "BEGIN:VCARD" } });
void edge.sendMessage({ type: "media", to_number: "1", message: "https://x.example/a.png", is_hd: true });
void edge.sendRaw({ type: "list", to_number: "1", rows: answers });
// @ts-expect-error a poll has answers in either spelling
void edge.sendMessage({ type: "poll", to_number: "1", message: "m" });
// @ts-expect-error nobody receives it
void edge.sendMessage({ type: "text", message: "m" });

export const reads: ReadName[] = ["status", "queue"];
export const isKnown = (code: ErrorCode): boolean => code === "no_token" || code === "W05" || code === "phone_busy";

/** A form: what was checked is sent, without a word on what it is. */
export async function submit(draft: Record<string, unknown>): Promise<Queued | Fault[]> {
  const checked = validate(draft);
  if (!checked.valid) return checked.faults;
  same<typeof checked.message, Message>(true);
  const input: MessageInput = checked.message;
  void input;
  return edge.sendMessage(checked.message);
}
const raw = validateRaw({});
if (raw.valid) same<typeof raw.message, RawMessage>(true);

/** The union is told apart by its type. */
export function describe(message: Message): string {
  switch (message.type) {
    case "vcard":
      return message.message.displayName;
    case "location":
      return String(message.latitude);
    case "product":
      return message.productId;
    default:
      return message.message;
  }
}

const checked = validate({});
if (checked.valid) same<typeof checked.wire.to_number, string>(true);
else same<typeof checked.faults, Fault[]>(true);
same<ReturnType<typeof messageTypes>[number]["type"], MessageType>(true);
same<ReturnType<typeof ready>, Promise<void>>(true);
void ready(new Uint8Array(3));

export function told(error: unknown): string | undefined {
  if (error instanceof ValidationError) return error.faults[0]?.path;
  if (error instanceof MaytapiError) {
    same<typeof error.retryable, "yes" | "no" | "unknown">(true);
    return `${error.code} ${error.status ?? 0} ${error.requestId ?? ""}`;
  }
  return undefined;
}

{
  using scoped = edge;
  void scoped;
}
