// A phone's object that answers at once: the same one behind every entry Worker, so that only those differ.
import { DurableObject } from 'cloudflare:workers';

const TOLD = JSON.stringify({
  outcome: { queued: { chatId: '12025550123@c.us', msgId: '0f0d1a40-8a0b-11ee-b9d1-0242ac120002' } },
  replayed: false,
  standings: [],
  upstream_status: 200,
  upstream_ms: 1,
  tries: 1,
});

export class Phone extends DurableObject {
  send() {
    return TOLD;
  }
}

export default {
  fetch: () => new Response(null, { status: 404 }),
};
