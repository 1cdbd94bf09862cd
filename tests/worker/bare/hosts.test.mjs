// Names that lead into a cluster or a service mesh are no public hosts, though they look like some.
// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useBareWorker } from './harness.mjs';

const worker = useBareWorker();

test('Maytapi is not sent into a network by the names of its services', async () => {
  const names = ['db.svc', 'db.default.svc', 'kubernetes.default.svc.cluster.local', 'vault.service.consul', 'node.consul', 'CONSUL.service.consul', 'web.service.dc1.consul'];
  for (const name of names) {
    for (const type of ['media', 'link']) {
      const answer = await worker.post({ type, toNumber: '12025550123', message: `https://${name}/a.png` });
      assert.deepEqual([answer.status, answer.body.code], [403, 'url_not_allowed'], `${type} ${name}: ${answer.text}`);
    }
  }
  for (const name of ['svc.files.example', 'consul.example', 'mysvc.example']) {
    const answer = await worker.post({ type: 'media', toNumber: '12025550123', message: `https://${name}/a.png` });
    assert.equal(answer.status, 200, `${name}: ${answer.text}`);
  }
});
