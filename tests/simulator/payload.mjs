// What Maytapi finds wrong with a message only when it comes to send it: the API call itself has long said "success".
// @ts-check

/** "Files up to 50MB": taken as the decoded bytes. */
export const MAX_FILE_BYTES = 50 * 1024 * 1024;

/**
 * The one documented code for a bad payload is F04, "Options are required."; every other finding carries this code,
 * which is the simulator's own.
 */
export const OWN_CODE = 'F00';

/** @typedef {Record<string, unknown>} Payload */
/** @typedef {{ code: string, message: string }} Fault */

/**
 * The chat that a recipient stands for. Maytapi adds no country code and refuses nothing here.
 * @param {string} toNumber
 */
export function chatIdOf(toNumber) {
  if (toNumber.includes('@')) return toNumber;
  return `${toNumber.replace(/^\+/, '')}@c.us`;
}

/**
 * The first thing wrong with a queued message, if any.
 * @param {Payload} payload
 * @returns {Fault | undefined}
 */
export function lateFault(payload) {
  const recipient = chatIdOf(String(payload.to_number));
  if (!isRecipient(recipient)) return own('Phone number is not valid.');
  for (const flag of FLAGS) {
    if (flag in payload && typeof payload[flag] !== 'boolean') return own(`${flag} must be a boolean.`);
  }
  for (const name of TEXTS) {
    if (name in payload && typeof payload[name] !== 'string') return own(`${name} must be a string.`);
  }
  const type = payload.type;
  if (typeof type !== 'string') return own('Type is required.');
  if (UNDOCUMENTED.has(type)) return undefined;
  const check = Object.hasOwn(CHECKS, type) ? CHECKS[type] : undefined;
  return check ? check(payload) : own('Type is not supported.');
}

const FLAGS = ['skip_filter', 'forward_caption', 'only_one', 'isHd', 'isGif'];
const TEXTS = ['text', 'reply_to', 'filename', 'title', 'footer'];

/** Types whose names are known but whose JSON is not: nothing about them is checked. */
const UNDOCUMENTED = new Set(['audio', 'video', 'document', 'shortVideo', 'ptt', 'list', 'carousel', 'forwardMessage']);

/** @type {Record<string, (payload: Payload) => Fault | undefined>} */
const CHECKS = {
  text: ({ message }) => need(isText(message), 'Message is required.'),
  media: ({ message }) => file(message),
  image: ({ message }) => file(message),
  sticker: ({ message, options }) => file(message) ?? need(options === undefined || isSize(options), 'Options are not valid.'),
  location: ({ latitude, longitude }) => need(isDegrees(latitude, 90), 'Latitude is required.') ?? need(isDegrees(longitude, 180), 'Longitude is required.'),
  contact: ({ message }) => need(typeof message === 'string' && /^\d+@c\.us$/.test(message), 'Contact id is not valid.'),
  vcard: ({ message }) => need(isVcard(message), 'Vcard is not valid.'),
  link: ({ message }) => need(isWebUrl(message), 'Link is not valid.'),
  poll: ({ message, options }) =>
    need(isText(message), 'Message is required.') ??
    (Array.isArray(options) && options.length > 0 && options.every(isText) ? undefined : { code: 'F04', message: 'Options are required.' }),
  // An empty emoji is taken as "remove the reaction".
  reaction: ({ message, reply_to: target }) => need(typeof message === 'string', 'Message is required.') ?? need(isMessageId(target), 'Reply_to is required.'),
  forward: ({ message }) => need(isMessageId(message), 'Message id is not valid.'),
  delete: ({ message }) => need(isUuid(message), 'Message id is not valid.'),
  edit: ({ message, reply_to: target }) => need(isText(message), 'Message is required.') ?? need(isMessageId(target), 'Reply_to is required.'),
  product: ({ productId }) => need(isText(productId), 'ProductId is required.'),
  buttons: ({ message, buttons }) =>
    need(isText(message), 'Message is required.') ?? need(Array.isArray(buttons) && buttons.length > 0 && buttons.every(isButton), 'Buttons are required.'),
};

/**
 * @param {boolean} holds
 * @param {string} message
 */
function need(holds, message) {
  return holds ? undefined : own(message);
}

/**
 * @param {string} message
 * @returns {Fault}
 */
function own(message) {
  return { code: OWN_CODE, message };
}

/** @param {string} chatId */
function isRecipient(chatId) {
  const [user = '', server = '', ...rest] = chatId.split('@');
  if (rest.length > 0) return false;
  if (server === 'c.us') return /^[1-9]\d{6,14}$/.test(user);
  if (server === 'g.us') return /^\d+(-\d+)?$/.test(user);
  // Channels, privacy ids and whatever comes next: opaque.
  return user !== '' && server !== '';
}

/**
 * @param {unknown} message
 * @returns {Fault | undefined}
 */
function file(message) {
  if (!isText(message)) return own('Message is required.');
  if (!message.startsWith('data:')) return need(isWebUrl(message), 'Media url is not valid.');
  const comma = message.indexOf(',');
  const head = message.slice(0, Math.max(comma, 0));
  if (!/^data:[a-z0-9.+-]+\/[a-z0-9.+-]+(;[^;,]+)*;base64$/i.test(head)) return own('Media data is not valid.');
  const padding = message.endsWith('==') ? 2 : message.endsWith('=') ? 1 : 0;
  const digits = message.length - comma - 1;
  const data = message.slice(comma + 1, message.length - padding);
  if (digits === 0 || digits % 4 !== 0 || /[^A-Za-z0-9+/]/.test(data)) return own('Media data is not valid.');
  return need((digits / 4) * 3 - padding <= MAX_FILE_BYTES, 'File is too large.');
}

/**
 * @param {unknown} value
 * @returns {value is string}
 */
function isText(value) {
  return typeof value === 'string' && value.trim() !== '';
}

/** @param {unknown} value */
function isWebUrl(value) {
  if (!isText(value) || !URL.canParse(value)) return false;
  return ['http:', 'https:'].includes(new URL(value).protocol);
}

/**
 * Degrees as a string, as every official example has them.
 * @param {unknown} value
 * @param {number} most
 */
function isDegrees(value, most) {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) && Math.abs(Number(value)) <= most;
}

/** @param {unknown} value */
function isSize(value) {
  if (typeof value !== 'object' || value === null) return false;
  const { width, height } = /** @type {Payload} */ (value);
  return Number.isInteger(width) && Number.isInteger(height);
}

/** @param {unknown} value */
function isVcard(value) {
  if (typeof value !== 'object' || value === null) return false;
  const { displayName, vcard } = /** @type {Payload} */ (value);
  return isText(displayName) && isText(vcard) && vcard.startsWith('BEGIN:VCARD') && vcard.trimEnd().endsWith('END:VCARD');
}

/** @param {unknown} value */
function isButton(value) {
  if (typeof value !== 'object' || value === null) return false;
  const button = /** @type {Payload} */ (value);
  return isText(button.text) && ['id', 'url', 'phoneNumber', 'code'].filter((key) => isText(button[key])).length === 1;
}

/** @param {unknown} value */
function isUuid(value) {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
}

/**
 * Maytapi's own id of a sent message, or WhatsApp's serialized id.
 * @param {unknown} value
 */
function isMessageId(value) {
  return isUuid(value) || (typeof value === 'string' && /^(true|false)_[^_\s]+@[^_\s]+_[0-9A-Za-z]+(_\S+)?$/.test(value));
}
