// The messages that Maytapi takes, in zod: the same types, fields and rules that the crate checks.
import * as z from 'zod';

const text = z
  .string()
  .refine((value) => value.trim() !== '', 'Write something: this text is empty.')
  .refine((value) => !value.includes('\0'), 'Take out the NUL character (U+0000).');
const messageId = z.string().trim().regex(/^[\x21-\x7e]{1,256}$/, "Give a message's id: the msgId of a send, or message.id of a webhook.");
const emoji = z
  .string()
  .trim()
  .refine((value) => {
    const length = [...value].length;
    return length >= 1 && length <= 16 && !/^[\x00-\x7f]*$/.test(value) && /^[\p{Emoji}\p{Emoji_Component}\p{Extended_Pictographic}]+$/u.test(value);
  }, 'React with one emoji.');
const httpUrl = z.string().trim().refine(isHttpUrl, 'Give a whole URL that starts with https:// or http://.');

const MAX_FILE_BYTES = 50 * 1024 * 1024;

/** @param {(mimeType: string) => boolean} accepts */
const file = (accepts) =>
  z.string().superRefine((value, context) => {
    const issue = (message) => context.addIssue({ code: 'custom', message });
    if (!/^data:/i.test(value)) {
      if (!isHttpUrl(value.trim())) issue("Give the file's public URL (https://…) or a data: URI with a MIME type and base64.");
      return;
    }
    const comma = value.indexOf(',');
    const head = /^data:([\w!#$&^.+-]+\/[\w!#$&^.+-]+)(?:;[^,]*)?;base64$/i.exec(value.slice(0, comma));
    if (comma < 0 || !head) return issue('Write a file as data:<mime type>;base64,<base64>.');
    const length = value.length - comma - 1;
    if (length === 0) return issue('The file is empty: there is nothing after the comma.');
    if (length % 4 !== 0 || !BASE64.test(value.slice(comma + 1))) return issue('After the comma stands base64 of the standard alphabet.');
    const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0;
    if ((length / 4) * 3 - padding > MAX_FILE_BYTES) return issue('The file is larger than the 50 MB that Maytapi takes.');
    if (!accepts(head[1].toLowerCase())) issue('This kind of file is not taken here.');
  });
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** @param {number} limit */
const degrees = (limit) =>
  z
    .union([z.number(), z.string().trim().regex(/^[+-]?\d+(\.\d+)?$/, 'Give decimal degrees with a point, such as 41.093292.')])
    .refine((value) => Math.abs(Number(value)) <= limit, `Give degrees between -${limit} and ${limit}.`)
    .transform(String);

const vcard = z.string().refine((value) => /^\s*BEGIN:VCARD\s*$/im.test(value.split('\n')[0] ?? '') && /END:VCARD\s*$/i.test(value), 'Give a vCard.');
const pixels = z.int().min(1).max(4096);

/** @param {unknown[]} values */
const differ = (values) => new Set(values).size === values.length;

/**
 * The schema of a message.
 * @param {import('zod').ZodType<string, string>} phoneNumber reads a phone number in any common spelling into its digits
 */
export function messageSchema(phoneNumber) {
  const jid = z.string().refine(
    (value) => value.length <= 128 && (/^[1-9]\d{6,14}@c\.us$/.test(value) || /^\d+(-\d+)?@g\.us$/.test(value) || /^\d+@newsletter$/.test(value) || /^[\x21-\x3f\x41-\x7e]+@(?!s\.whatsapp\.net$|c\.us$|g\.us$|newsletter$)[a-z]+$/.test(value)),
    'Give a WhatsApp id as name@server, such as 120363027326493365@g.us.',
  );
  const recipient = z.union([z.string(), z.int().transform(String)]).transform((value, context) => {
    const schema = value.includes('@') ? jid : phoneNumber;
    const read = schema.safeParse(value.trim());
    if (read.success) return read.data;
    for (const { message } of read.error.issues) context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
  const contact = recipient.refine((value) => !value.includes('@') || value.endsWith('@c.us'), 'Give a person.').transform((value) => (value.includes('@') ? value : `${value}@c.us`));
  const button = z
    .strictObject({ text, id: text.optional(), url: httpUrl.optional(), phoneNumber: phoneNumber.optional(), code: text.optional() })
    .refine(({ id, url, phoneNumber, code }) => [id, url, phoneNumber, code].filter((one) => one !== undefined).length === 1, 'Give a button exactly one of id (a reply), url, phoneNumber or code.')
    .transform((one) => (one.phoneNumber === undefined ? one : { ...one, phoneNumber: `+${one.phoneNumber}` }));
  /** @type {<T extends string, S extends import('zod').ZodRawShape>(type: T, shape: S) => any} */
  const kind = (type, shape) => z.strictObject({ type: z.literal(type), toNumber: recipient, replyTo: messageId.optional(), skipFilter: z.boolean().optional(), ...shape });
  const image = (mimeType) => mimeType.startsWith('image/');
  return z.discriminatedUnion('type', [
    kind('text', { message: text }),
    kind('media', { message: file(() => true), text: text.optional(), filename: text.optional(), isHd: z.boolean().optional(), isGif: z.boolean().optional() }),
    kind('image', { message: file(image), text: text.optional() }),
    kind('sticker', { message: file((mimeType) => mimeType === 'image/webp'), options: z.strictObject({ width: pixels, height: pixels }).optional() }),
    kind('location', { latitude: degrees(90), longitude: degrees(180), text: text.optional() }),
    kind('contact', { message: contact }),
    kind('vcard', { message: z.strictObject({ displayName: text, vcard }) }),
    kind('link', { message: httpUrl, text: text.optional() }),
    kind('poll', { message: text, options: z.array(text).min(2).max(12).refine((options) => differ(options.map((one) => one.trim())), 'Make each one different.'), onlyOne: z.boolean().optional() }),
    kind('reaction', { message: emoji, replyTo: messageId }),
    kind('forward', { message: messageId, forwardCaption: z.boolean().optional() }),
    kind('edit', { message: text, replyTo: messageId }),
    kind('delete', { message: messageId }),
    kind('product', { productId: text }),
    kind('buttons', { message: text, buttons: z.array(button).min(1).max(3).refine((buttons) => differ(buttons.map(({ id }, n) => id ?? n)), 'Make each one different.'), title: text.optional(), footer: text.optional() }),
  ]);
}

const WIRE = { toNumber: 'to_number', replyTo: 'reply_to', skipFilter: 'skip_filter', onlyOne: 'only_one', forwardCaption: 'forward_caption' };

/**
 * The message as it stands on the wire.
 * @param {Record<string, unknown>} message
 */
export function toWire(message) {
  const wire = {};
  for (const name of Object.keys(message)) {
    if (message[name] !== undefined) wire[WIRE[name] ?? name] = message[name];
  }
  return wire;
}

/** @param {string} text */
function isHttpUrl(text) {
  if (!/^https?:\/\/[^\s\\"<>`]+$/i.test(text)) return false;
  return URL.canParse(text);
}
