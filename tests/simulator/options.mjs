// How a simulator can be started, with what holds when nothing is said.
// @ts-check

/**
 * @typedef {object} Options
 * @property {number} port 0 chooses a free one
 * @property {string} productId
 * @property {string} apiKey
 * @property {{ id: number, number?: string, name?: string, status?: string, webhook?: string, ackDelivery?: boolean }[]} phones
 * @property {string[]} notOnWhatsApp numbers that no message reaches
 * @property {string} webhook the product's webhook URL; empty for none
 * @property {boolean} ackDelivery whether acks are on from the start (Maytapi: off)
 * @property {number[]} acks the codes that each sent message gets
 * @property {number} sendEveryMs a phone sends one message per this time
 * @property {number} ackEveryMs between two acks of one message
 * @property {number} ackBatchMs acks within this time go out together
 * @property {number} restartMs how long a phone loads after a restart
 * @property {number} webhookAttempts
 * @property {number} webhookRetryMs
 * @property {number} webhookTimeoutMs
 * @property {'error' | 'drop' | 'off'} duplicateFilter what becomes of a filtered message: an error webhook, silence, or no filter
 * @property {'object' | 'string'} checkPhonesId both shapes were seen
 * @property {boolean} cors whether answers allow every origin (Maytapi: undocumented)
 * @property {boolean} control whether /__simulator/ answers
 * @property {number} maxBodyBytes
 * @property {number} maxRecords
 * @property {number} maxRecordedBytes
 * @property {(line: string) => void} log gets a line for each destructive call and each event that never arrived
 */

/** @returns {Options} */
export function defaults() {
  return {
    port: 0,
    productId: '00000000-0000-4000-8000-000000000000',
    apiKey: 'canary-key-0123456789',
    phones: [
      { id: 1150, number: '12025550100', name: 'First' },
      { id: 1151, name: 'Second', status: 'qr-code' },
    ],
    notOnWhatsApp: [],
    webhook: '',
    ackDelivery: false,
    acks: [1, 2, 3],
    sendEveryMs: 5,
    ackEveryMs: 10,
    ackBatchMs: 2,
    restartMs: 200,
    webhookAttempts: 5,
    webhookRetryMs: 50,
    webhookTimeoutMs: 10_000,
    duplicateFilter: 'error',
    checkPhonesId: 'object',
    cors: false,
    control: false,
    maxBodyBytes: 80 * 1024 * 1024,
    maxRecords: 10_000,
    maxRecordedBytes: 256 * 1024 * 1024,
    log: (line) => void process.stderr.write(`${line}\n`),
  };
}

/**
 * @param {Partial<Options>} given
 * @returns {Options}
 */
export function withDefaults(given) {
  const known = defaults();
  for (const key of Object.keys(given)) {
    if (!(key in known)) throw new TypeError(`unknown option of the simulator: ${key}`);
  }
  return { ...known, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}
