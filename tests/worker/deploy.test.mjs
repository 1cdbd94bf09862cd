// The deployment itself: wrangler takes the configuration, the Worker is small enough, and nothing in it is a way around.
// @ts-check
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { parseJsonc } from '../support/jsonc.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'maytapi-deploy-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const config = parseJsonc(readFileSync(join(ROOT, 'worker/wrangler.jsonc'), 'utf8'));

test('wrangler deploy takes the configuration, as a dry run', async () => {
  const { build: _, $schema: __, ...rest } = config;
  const page = join(folder, 'page');
  mkdirSync(page);
  writeFileSync(join(page, 'index.html'), '<!doctype html>');
  const generated = { ...rest, main: join(ROOT, 'worker/build/index.js'), assets: { ...rest.assets, directory: page } };
  writeFileSync(join(folder, 'wrangler.json'), JSON.stringify(generated));
  const out = join(folder, 'out');
  const { stdout } = await promisify(execFile)(
    join(ROOT, 'node_modules/node/bin/node'),
    [join(ROOT, 'node_modules/wrangler/bin/wrangler.js'), 'deploy', '--dry-run', '--config', join(folder, 'wrangler.json'), '--outdir', out],
    { cwd: folder, env: { ...process.env, CI: 'true', NO_COLOR: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_LOG_PATH: join(folder, 'logs'), XDG_CONFIG_HOME: join(folder, 'config') } },
  );
  assert.match(stdout, /env\.PHONES \(Phone\)/);
  assert.match(stdout, /env\.PROXY/);
  assert.match(stdout, /--dry-run: exiting now/);
  assert.ok(existsSync(join(out, 'index.js')));
});

test('the deployment has no secret and no way around', () => {
  assert.deepEqual(Object.keys(config.vars), ['PROXY'], 'every other variable is for tests');
  assert.equal(config.send_metrics, false);
  assert.deepEqual(config.vars.PROXY.origins, []);
  assert.ok(!existsSync(join(ROOT, 'worker/.dev.vars')) && !existsSync(join(ROOT, 'worker/.dev.vars.example')));
  for (const route of ['/api/*', '/ping', '/ready', '/token']) assert.ok(config.assets.run_worker_first.includes(route), route);
  const workerd = JSON.parse(readFileSync(join(ROOT, 'node_modules/workerd/package.json'), 'utf8')).version.split('.')[1];
  assert.ok(config.compatibility_date.replaceAll('-', '') <= workerd, 'the tests ran on an older runtime than the deployment asks for');
});

test('the Worker stays small', () => {
  const bytes = ['index.js', 'index_bg.wasm'].map((file) => gzipSync(readFileSync(join(ROOT, 'worker/build', file)), { level: 9 }).length);
  const sum = bytes.reduce((one, other) => one + other);
  assert.ok(sum < 416 * 1024, `${sum} bytes with gzip`);
});
