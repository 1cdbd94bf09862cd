// What the runtime calls: worker-build's output, with what it leaves out. Its own default export makes a Proxy for each request.
import './microtasks.js';
import { DurableObject } from 'cloudflare:workers';
import entry, { Phone as Inner } from '../build/index.js';
import { guarded, trapped, watchForTraps } from './trap.js';

const { fetch, renewAfterTrap, __worker_init_state: state = globalThis.__worker_init_state } = entry.prototype;
watchForTraps(renewAfterTrap, state);

export default {
  fetch(request, env, ctx) {
    const response = guarded(() => fetch.call({ env, ctx }, request)).catch((error) => trapped(request, error));
    // A caller who hangs up leaves a line in the log all the same, and takes nothing away from others who wait for what was begun.
    ctx.waitUntil(response);
    return response;
  },
};

/** A phone's object. On wasm32 the crate's class does not extend `DurableObject`, and the runtime lets only what does be called. */
export class Phone extends DurableObject {
  #inner;

  constructor(ctx, env) {
    super(ctx, env);
    renewAfterTrap();
    this.#inner = new Inner(ctx, env);
  }

  health() {
    renewAfterTrap();
    return this.#inner.health();
  }

  send(claim, message) {
    return guarded(() => this.#inner.send(claim, message));
  }

  ask(name, question) {
    return guarded(() => this.#inner.ask(name, question));
  }

  fetch(request) {
    // A response with a socket can't go through the crate `worker`, which would make another one of it.
    const dial = request.headers.get('x-dial');
    return guarded(() => (dial === null ? this.#inner.fetch(request) : this.#inner.accept(request.headers.get('x-name'), dial)));
  }

  /** Clients ping, which the runtime answers by itself, and say nothing else. What is known of a socket goes with it. */
  webSocketMessage(socket) {
    socket.close(1008, 'nothing is taken here');
  }

  /** Without an answer to its close, a client waits until the object falls asleep, and its socket counts until then. */
  webSocketClose(socket, code, _reason, wasClean) {
    // 1005 says that no code came, and can't be sent.
    if (wasClean) socket.close(code === 1005 ? undefined : code);
  }

  webSocketError() {}

  alarm() {
    return guarded(() => this.#inner.alarm());
  }
}
