// The public types: index.d.ts exports all that is exported here. Without the next line, declarations would export the rest as well.
export {};

/** Who receives a message: a phone number in any common spelling, country code first (`"+1 202-555-0123"`), or a WhatsApp id (`…@c.us`, `…@g.us`, `…@newsletter`). */
export type Recipient = string;

/** The id of a message: the `msgId` of a send (a UUID) or the `message.id` of a webhook. Opaque. */
export type MessageId = string;

/** A file: a public http(s) URL that Maytapi fetches, or a `data:<mime>;base64,…` URI of at most 50 MB decoded. */
export type MediaSource = string;

interface Envelope {
  /** Who receives it. */
  toNumber: Recipient;
  /** The message that it answers, quoted above it. */
  replyTo?: MessageId | undefined;
  /** Passes by Maytapi's filter against repeated messages. Default: false. */
  skipFilter?: boolean | undefined;
}

/** Text. `@12025550123` inside it mentions a member of the group. */
export interface TextMessage extends Envelope {
  type: "text";
  /** The text. */
  message: string;
}

/** A file of any kind: image, video, audio, document. */
export interface MediaMessage extends Envelope {
  type: "media";
  /** The file. */
  message: MediaSource;
  /** The caption. */
  text?: string | undefined;
  /** The name under which a document is shown. */
  filename?: string | undefined;
  /** Sends an image in high definition. */
  isHd?: boolean | undefined;
  /** Plays a short MP4 in a loop. */
  isGif?: boolean | undefined;
}

/** An image. `media` does the same and is what Maytapi's documentation prefers. */
export interface ImageMessage extends Envelope {
  type: "image";
  /** The image. */
  message: MediaSource;
  /** The caption. */
  text?: string | undefined;
}

/** A WebP sticker. */
export interface StickerMessage extends Envelope {
  type: "sticker";
  /** The sticker. */
  message: MediaSource;
  /** Its size in pixels, 1 to 4096. */
  options?: { width: number; height: number } | undefined;
}

/** A place on the map. */
export interface LocationMessage extends Envelope {
  type: "location";
  /** Degrees, −90 to 90. */
  latitude: number | string;
  /** Degrees, −180 to 180. */
  longitude: number | string;
  /** What stands beside it. */
  text?: string | undefined;
}

/** Another WhatsApp user's contact. */
export interface ContactMessage extends Envelope {
  type: "contact";
  /** The user's phone number or `…@c.us`. */
  message: string;
}

/** A contact card. */
export interface VcardMessage extends Envelope {
  type: "vcard";
  /** The name that is shown, and a vCard 3.0 from `BEGIN:VCARD` to `END:VCARD`. */
  message: { displayName: string; vcard: string };
}

/** A link with a preview. */
export interface LinkMessage extends Envelope {
  type: "link";
  /** The page's URL. */
  message: string;
  /** The text beside it. */
  text?: string | undefined;
}

/** A poll. */
export interface PollMessage extends Envelope {
  type: "poll";
  /** What is asked: at most 255 characters. */
  message: string;
  /** What can be answered: 2 to 12 texts of at most 100 characters, all different. */
  options: readonly string[];
  /** Whether only one answer can be chosen. */
  onlyOne?: boolean | undefined;
}

/** An emoji on a message. */
export interface ReactionMessage extends Envelope {
  type: "reaction";
  /** One emoji. An empty text takes the reaction back, as WhatsApp does; Maytapi's documentation does not say. */
  message: string;
  /** The message that it is put on. */
  replyTo: MessageId;
}

/** A message sent on. */
export interface ForwardMessage extends Envelope {
  type: "forward";
  /** The message. */
  message: MessageId;
  /** Whether its caption goes along. */
  forwardCaption?: boolean | undefined;
}

/** A new text for a message of your own. */
export interface EditMessage extends Envelope {
  type: "edit";
  /** The new text. */
  message: string;
  /** The message that is changed. */
  replyTo: MessageId;
}

/** Takes a message of your own back; `toNumber` is its chat. */
export interface DeleteMessage extends Envelope {
  type: "delete";
  /** The message: Maytapi's `msgId`. */
  message: MessageId;
}

/** A product of your WhatsApp catalogue. */
export interface ProductMessage extends Envelope {
  type: "product";
  /** The product's id, as the catalogue gives it. */
  productId: string;
}

/** One button: its text, and exactly one of a reply `id`, a `url`, a `phoneNumber` to call, a `code` to copy. */
export type Button = { text: string } & (
  | { id: string; url?: undefined; phoneNumber?: undefined; code?: undefined }
  | { url: string; id?: undefined; phoneNumber?: undefined; code?: undefined }
  | { phoneNumber: string; id?: undefined; url?: undefined; code?: undefined }
  | { code: string; id?: undefined; url?: undefined; phoneNumber?: undefined }
);

/** A text with one to three buttons. */
export interface ButtonsMessage extends Envelope {
  type: "buttons";
  /** The text. */
  message: string;
  /** The buttons. */
  buttons: readonly Button[];
  /** A line above it. */
  title?: string | undefined;
  /** A line below it. */
  footer?: string | undefined;
}

/** What can be sent, by `type`. */
export type Message =
  | TextMessage
  | MediaMessage
  | ImageMessage
  | StickerMessage
  | LocationMessage
  | ContactMessage
  | VcardMessage
  | LinkMessage
  | PollMessage
  | ReactionMessage
  | ForwardMessage
  | EditMessage
  | DeleteMessage
  | ProductMessage
  | ButtonsMessage;

/** The name of a message type. */
export type MessageType = Message["type"];

/** The message of a type: `MessageOf<"poll">`. */
export type MessageOf<T extends MessageType> = Extract<Message, { type: T }>;

/** A name in snake_case. */
type SnakeCase<Name> = Name extends `${infer First}${infer Rest}` ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}` : Name;

/** The same with its members' names, and theirs, in snake_case. */
type InSnakeCase<T> = T extends readonly (infer Item)[] ? readonly InSnakeCase<Item>[] : T extends object ? { [Name in keyof T as SnakeCase<Name>]: InSnakeCase<T[Name]> } : T;

/** A message in Maytapi's own spelling, and with all other names in snake_case as well: `to_number`, `reply_to`, `only_one`. */
export type SnakeCaseMessage = InSnakeCase<Message>;

/** What is taken as a message: either spelling. */
export type MessageInput = Message | SnakeCaseMessage;

/** Anything that JSON can hold. */
export type JsonValue = string | number | boolean | null | undefined | JsonValue[] | { [name: string]: JsonValue };

/** Anything that JSON can hold, to be read only. */
export type JsonInput = string | number | boolean | null | undefined | readonly JsonInput[] | { readonly [name: string]: JsonInput };

/** The raw form: any type, any further fields, as Maytapi names them. Only the recipient, `replyTo` and `skipFilter` are checked. */
export type RawMessage = ({ toNumber: Recipient } | { to_number: Recipient }) & {
  type: string;
  replyTo?: MessageId | undefined;
  skipFilter?: boolean | undefined;
  [field: string]: JsonInput;
};

/** A message as it goes onto the wire, in Maytapi's names. */
export type WireMessage = { to_number: string; type: string } & { [name: string]: JsonValue };

/** Every kind of fault. */
export type FaultCode =
  | "not_an_object"
  | "not_json"
  | "too_many_values"
  | "missing"
  | "unknown_field"
  | "duplicate_field"
  | "unknown_type"
  | "wrong_kind"
  | "empty"
  | "invalid_character"
  | "invalid_recipient"
  | "invalid_url"
  | "invalid_data_uri"
  | "invalid_base64"
  | "unsupported_media_type"
  | "too_large"
  | "too_long"
  | "out_of_range"
  | "too_few"
  | "too_many"
  | "duplicate"
  | "invalid_emoji"
  | "invalid_vcard"
  | "invalid_message_id"
  | "invalid_button"
  | "invalid_placeholder";

/** One thing that is wrong with a message. */
export interface Fault {
  /** Where: `toNumber`, `options[2]`, `buttons[0].url`; empty for the message as a whole. */
  path: string;
  /** What, for programs. A proxy may know more codes than this version does. */
  code: FaultCode | (string & {});
  /** What to do, for people. */
  message: string;
  /** The field or type that was probably meant. */
  suggestion?: string;
}

/** Every kind of hint. */
export type HintCode =
  | "page_not_file"
  | "unreachable_address"
  | "not_opus"
  | "no_filename"
  | "filename_cut"
  | "placeholder"
  | "long_button_text"
  | "vcard_waid";

/** What is valid but will probably disappoint. A hint blocks nothing. */
export interface Hint {
  /** Where, as in a fault. */
  path: string;
  /** What, for programs. Later versions may know more. */
  code: HintCode | (string & {});
  /** What to look at, for people. */
  message: string;
  /** The field that was probably meant, or forgotten. */
  suggestion?: string;
}

/** What validation says: the message as it can be sent, the JSON that goes out, and what to look at before; or everything that is wrong. */
export type Validation<M = Message> = { valid: true; message: M; wire: WireMessage; hints: Hint[] } | { valid: false; faults: Fault[] };

/** What a field of a message type holds. */
export type FieldKind =
  | "text"
  | "question"
  | "filename"
  | "flag"
  | "media"
  | "image"
  | "sticker"
  | "url"
  | "contact"
  | "message_id"
  | "emoji"
  | "latitude"
  | "longitude"
  | "vcard"
  | "poll_options"
  | "sticker_size"
  | "buttons";

/** A message type with its own fields, besides `toNumber`, `replyTo` and `skipFilter`, which every type has. */
export interface MessageTypeInfo {
  type: MessageType;
  fields: { name: string; kind: FieldKind; required: boolean }[];
}

/** A message that stands in the phone's queue. Whether it arrives is told later, by webhook. */
export interface Queued {
  /** Queued is not sent: WhatsApp has not seen the message yet. */
  state: "queued";
  /** Maytapi's id of the message, by which webhooks name it. */
  msgId: MessageId;
  /** The chat that it goes to. */
  chatId?: string;
  /** The HTTP status of the answer. */
  status: number;
  /** The proxy's id of the request, to find it in its log. */
  requestId?: string;
  /** The answer's status and headers. Not enumerable, so it is in no copy and no log. */
  readonly response: { status: number; headers: Headers };
}

/** What may be set for one send. */
export interface SendOptions {
  /** The sending phone's number at Maytapi. Default: the client's. */
  phoneId?: number | string | undefined;
  /** How long one try may take, in milliseconds; 0 for no bound. Default: the client's, else 60000. */
  timeoutMs?: number | undefined;
  /** Ends it early; the promise then rejects with an `AbortError`. */
  signal?: AbortSignal | undefined;
  /** How often a failed try may be repeated, 0 to 10. Default: the client's, else 2. */
  maxRetries?: number | undefined;
  /** Lets the edge proxy know a repeated send again. Default: a random one. Straight to Maytapi there is none. */
  idempotencyKey?: string | undefined;
}

/** What may be set for one question. */
export type ReadOptions = Omit<SendOptions, "idempotencyKey">;

/** The questions that an account answers. */
export type ReadName = "listPhones" | "status" | "queue" | "logs" | "screen" | "catalog" | "checkPhones";

/** One of the account's phones. */
export interface Phone {
  /** Its number at Maytapi, the `phoneId` of a send. */
  id: number;
  /** Its phone number, while it is logged in. */
  number?: string;
  name?: string;
  /** `active`, `qr-code`, `idle`, `phone-error`, `loading`, `disabled`, or what Maytapi adds. */
  status?: string;
  type?: string;
  multiDevice?: boolean;
}

/** Whether a phone is connected. */
export interface PhoneStatus {
  loggedIn?: boolean;
  /** Whether it waits for its QR code to be scanned. */
  isQr?: boolean;
  loading?: boolean;
  canSend?: boolean;
  state?: string;
  number?: string;
  message?: string;
}

/** How many messages wait to be sent. */
export interface PhoneQueue {
  sending: number;
}

/** The account's log, newest first. */
export interface Logs {
  /** How many entries there are in all. */
  count?: number;
  entries: { id?: number | string; type?: "incoming" | "outgoing" | "error" | (string & {}); phone?: number | string; createdAt?: string; data: JsonValue }[];
}

/** A product of the catalogue, as WhatsApp describes it; `productId` is what a `product` message needs. */
export type Product = { productId?: string; [name: string]: JsonValue };

/** Whether a number is on WhatsApp. */
export interface CheckedPhone {
  /** Its JID, which can stand in `toNumber`. */
  id: string;
  valid: boolean;
}

/** How far a message has come. `sent`: WhatsApp's servers have it. `delivered`: the recipient's phone has it. */
export type DeliveryState = "queued" | "sent" | "failed" | "delivered" | "read" | "played" | "deleted";

/** What became of one message. */
export type Ack = {
  /** The `msgId` of the send. Where there is none, there is WhatsApp's id. */
  msgId?: MessageId;
  chatId?: string;
  /** WhatsApp's own id of the message. */
  whatsappId?: string;
  /** Seconds since the Unix epoch. */
  time?: number;
} & (
  | { kind: "delivery"; state: DeliveryState }
  | { kind: "poll_votes"; options: { id?: number; name?: string; votes?: number }[] }
  | { kind: "reaction"; emoji: string; by?: string }
  | { kind: "unknown" }
);

/** A message that came in, or an echo of one of your own (`fromMe`). */
export interface InboundMessage {
  id?: MessageId;
  /** `text`, `image`, `video`, `document`, `ptt`, `sticker`, `location`, `vcard`, `poll`, `product`, `info`, or what Maytapi adds. */
  type?: string;
  text?: string;
  fromMe: boolean;
  /** The chat; a reply goes to it as `toNumber`. */
  conversation?: string;
  conversationName?: string;
  sender?: string;
  senderName?: string;
  senderNumber?: string;
  /** Seconds since the Unix epoch. */
  timestamp?: number;
  /** The message's own object, as Maytapi sent it. */
  content?: JsonValue;
}

/** What a webhook says. */
export type WebhookEvent = { productId?: string; phoneId?: number; raw: JsonValue } & (
  | { type: "ack"; acks: Ack[] }
  | { type: "error"; failed: { msgId?: MessageId; code?: string; message?: string } }
  | { type: "message"; message: InboundMessage }
  | { type: "status"; status: string }
  | { type: "live_event"; live: { conversation?: string; event?: string } }
  | { type: "unknown"; name: string }
);

/** A logger in the shape of `console`. It is told codes, statuses and times; never a credential, a recipient or a text. */
export interface Logger {
  debug?(event: string, details: { [name: string]: JsonValue }): void;
  warn?(event: string, details: { [name: string]: JsonValue }): void;
  error?(event: string, details: { [name: string]: JsonValue }): void;
}

/** What a token function gives: the token, or the token with how long it is good from now on. */
export type TokenResult = string | { token: string; expiresInSeconds?: number | undefined };

/** What the client needs to know: where to, with which credential. */
export type ClientOptions = (
  | {
      /** The edge proxy's URL with the account: `https://edge.example/api/main`. */
      baseUrl: string;
      /**
       * A token that the proxy accepts, or a function that gives one. What it gave is kept until shortly before it expires: by the `exp` of
       * a JWT, or as `expiresInSeconds` says. Any other is kept for a burst of sends. It is asked once, however many sends wait, and once
       * more after a 401.
       */
      token: string | (() => TokenResult | Promise<TokenResult>);
      productId?: undefined;
      apiKey?: undefined;
    }
  | {
      /** Maytapi's product id. */
      productId: string;
      /** Maytapi's key. It opens the whole account: keep it out of browsers. */
      apiKey: string;
      /** Replaces `https://api.maytapi.com/api`. */
      baseUrl?: string | undefined;
      token?: undefined;
    }
) & {
  /** The sending phone's number at Maytapi, where a send names none. */
  phoneId?: number | string | undefined;
  /** How long one try may take, in milliseconds; 0 for no bound. Default: 60000. */
  timeoutMs?: number | undefined;
  /** How often a failed try may be repeated, 0 to 10. Default: 2. */
  maxRetries?: number | undefined;
  /**
   * Called in place of the global `fetch`, with a URL and an object of options: `headers` is a plain object with names in lower case,
   * and `signal` is undefined where neither `timeoutMs` nor a signal of the caller's bounds the send. Messages are then followed by
   * requests that wait: a socket would pass it by.
   */
  fetch?: typeof fetch | undefined;
  /** Told what happens. Default: nobody. */
  logger?: Logger | undefined;
  /** Allows `apiKey` in a browser, where everybody can read it. */
  dangerouslyAllowBrowser?: boolean | undefined;
};
