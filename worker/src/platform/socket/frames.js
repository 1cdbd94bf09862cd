// What live sockets are told. Where there are many, what changes within a short while is told in one frame.

/** Above so many sockets, each is told something once in so many milliseconds at most. */
const MANY = 50;
const GATHER_MS = 100;
/** A frame that has grown to this length is not kept any longer. */
const LARGE = 256 * 1024;

/** By object: what waits for the next frames, the timer that sends them, and when the last were sent. */
const gathering = new WeakMap();
/** By socket, when its token ends, in seconds since 1970: what is attached to a socket is decoded each time. */
const expiries = new WeakMap();

/** Remembers when a socket's token ends. */
export function expires(socket, seconds) {
  expiries.set(socket, seconds);
}

/** When a socket's token ends; after the object slept, as it is attached. */
export function expiry(socket) {
  const known = expiries.get(socket);
  if (known !== undefined) return known;
  const { expires } = socket.deserializeAttachment();
  expiries.set(socket, expires);
  return expires;
}

/**
 * Tells changes up to a cursor: lines, in turn a tag, empty for all sockets, and the items for those who have it. Frames are kept back for a
 * moment where there are many sockets; whoever is accepted meanwhile gets what waits from the storage, so `flush` comes first.
 */
export function tell(state, parts, cursor) {
  const own = gathering.get(state) ?? { frames: new Map(), timer: undefined, last: 0 };
  gathering.set(state, own);
  const lines = parts.split('\n');
  let now = false;
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [tag, items] = [lines[at], lines[at + 1]];
    // What everybody is told must not overtake what some are told.
    if (tag === '') flush(state);
    const before = own.frames.get(tag);
    own.frames.set(tag, { items: before ? `${before.items},${items}` : items, cursor });
    now ||= tag === '' || own.frames.get(tag).items.length > LARGE;
  }
  const waitMs = own.last + GATHER_MS - Date.now();
  if (now || waitMs <= 0 || state.getWebSockets().length <= MANY) flush(state);
  else own.timer ??= setTimeout(() => flush(state), waitMs);
}

/** Sends what waits. */
export function flush(state) {
  const own = gathering.get(state);
  if (!own) return;
  clearTimeout(own.timer);
  own.timer = undefined;
  if (own.frames.size === 0) return;
  own.last = Date.now();
  for (const [tag, { items, cursor }] of own.frames) send(state, tag, `{"t":"changes","cursor":"${cursor}","items":[${items}]}`);
  own.frames.clear();
}

/** Sends a frame to all sockets with a tag, or to all; whose token has ended is told that instead. */
function send(state, tag, frame) {
  const now = Date.now() / 1000;
  for (const socket of state.getWebSockets(tag || undefined)) {
    try {
      if (expiry(socket) > now) socket.send(frame);
      else socket.close(4401, 'expired_token');
    } catch {
      // It was closing.
    }
  }
}
