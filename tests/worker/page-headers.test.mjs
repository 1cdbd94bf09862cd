// The page that the Worker serves: its headers, as the runtime puts them on from the page's own file.
// @ts-check
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { deployment } from '../support/deployment.mjs';
import { useWorker } from './harness.mjs';

const folder = mkdtempSync(join(tmpdir(), 'maytapi-page-'));
after(() => rmSync(folder, { recursive: true, force: true }));
cpSync(fileURLToPath(new URL('../../www/public/_headers', import.meta.url)), join(folder, '_headers'));
writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>');

const worker = useWorker({ wrangler: true, bindings: { assets: { ...deployment().assets, directory: folder } } });

test('whoever opened the page once over https comes by https from then on, as with every answer of the proxy', async () => {
  const page = await worker.call('/');
  assert.ok(page.status === 200 && page.text.includes('<title>page</title>'), page.text);
  assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none'/);
  const answer = await worker.call('/ping');
  assert.equal(page.headers.get('strict-transport-security'), answer.headers.get('strict-transport-security'));
});
