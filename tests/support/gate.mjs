// A way between two that can be cut: a TCP port that leads to another, and what goes over it ends when somebody says so.
// @ts-check
import { connect, createServer } from 'node:net';

/**
 * @param {() => string} to the address that it leads to, such as `http://127.0.0.1:8787`; asked for each connection
 * @returns {Promise<{ url: string, cut(): void, mend(): void, close(): void }>}
 */
export async function startGate(to) {
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  let isCut = false;
  const join = (/** @type {import('node:net').Socket} */ one, /** @type {import('node:net').Socket} */ other) => {
    sockets.add(one);
    one.pipe(other);
    one.on('error', () => other.destroy());
    one.on('close', () => {
      sockets.delete(one);
      other.destroy();
    });
  };
  const server = createServer((caller) => {
    if (isCut) return void caller.destroy();
    const { hostname, port } = new URL(to());
    const called = connect(Number(port), hostname);
    join(caller, called);
    join(called, caller);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const end = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut: () => {
      isCut = true;
      end();
    },
    mend: () => {
      isCut = false;
    },
    close: () => {
      server.close();
      end();
    },
  };
}
