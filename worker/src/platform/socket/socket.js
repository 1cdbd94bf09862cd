// Live sockets: refused by the Worker or handed to a phone's object, which accepts them and may sleep while they are open.
import { env } from 'cloudflare:workers';
import { expires as remember, expiry, flush } from './frames.js';

/** The one protocol that is spoken. A server names one of those that were offered, or none. */
const chosen = (offered) => (offered ? { 'sec-websocket-protocol': 'maytapi.v1' } : {});

/** A socket that is accepted and closed at once: of a refused upgrade a page is told nothing. */
export function refuse(code, reason, offered) {
  const [client, server] = Object.values(new WebSocketPair());
  server.accept();
  server.close(code, reason);
  return new Response(null, { status: 101, webSocket: client, headers: chosen(offered) });
}

/** A socket at a phone's object, or a number when that did not answer in time (3) or failed (2). Nothing of the caller's request goes along. */
export function dial(deadline, name, question, ms) {
  const headers = { upgrade: 'websocket', 'x-dial': question, 'x-name': name };
  return deadline.within(ms, () => env.PHONES.getByName(name).fetch('https://phone/', { headers }));
}

/** Accepts a socket and tells it what it missed, one frame a line. The object need not stay in memory for it. */
export function accept(state, tags, expires, frames) {
  // What waits for the sockets that are there stands among what this one missed.
  flush(state);
  const [client, server] = Object.values(new WebSocketPair());
  state.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
  state.acceptWebSocket(server, tags.split('\n'));
  server.serializeAttachment({ expires, since: Date.now() });
  remember(server, expires);
  for (const frame of frames.split('\n')) server.send(frame);
  return new Response(null, { status: 101, webSocket: client, headers: chosen(true) });
}

/** How many sockets have a tag; all where it is empty. */
export function count(state, tag) {
  return state.getWebSockets(tag || undefined).length;
}

/** Closes the sockets whose token has ended, and those that have not been heard of for so long. */
export function sweep(state, silentMs) {
  const now = Date.now();
  for (const socket of state.getWebSockets()) {
    try {
      const heard = state.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? socket.deserializeAttachment().since;
      if (expiry(socket) * 1000 <= now) socket.close(4401, 'expired_token');
      else if (now - heard > silentMs) socket.close(1001, 'silent');
    } catch {
      // It was closing.
    }
  }
}
