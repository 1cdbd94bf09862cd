// The README's lines that mint a token, each run as it stands there: what it prints is a token that the Worker takes.
// @ts-check
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { text, useWorker } from './harness.mjs';

const worker = useWorker();
const readme = readFileSync(new URL('../../worker/README.md', import.meta.url), 'utf8');
const section = readme.slice(readme.indexOf('### A token by hand')).split('\n### ')[0] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'maytapi-recipes-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** By the language of the block: what runs it, and what that needs to be there. @type {Record<string, { command: string, file: string, needs: string, version: string }>} */
const RECIPES = {
  sh: { command: 'sh', file: 'token.sh', needs: 'openssl', version: 'version' },
  js: { command: process.execPath, file: 'token.mjs', needs: process.execPath, version: '--version' },
  python: { command: 'python3', file: 'token.py', needs: 'python3', version: '--version' },
  php: { command: 'php', file: 'token.php', needs: 'php', version: '--version' },
};

const blocks = [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', code = '']) => ({ language, code }));

test('there is a recipe for each language', () => {
  assert.deepEqual(blocks.map(({ language }) => language), Object.keys(RECIPES));
});

for (const { language, code } of blocks) {
  const recipe = RECIPES[language];
  if (!recipe || spawnSync(recipe.needs, [recipe.version]).status !== 0) continue;
  test(`${language}: prints a token that the Worker takes, and nothing else`, async () => {
    const file = join(folder, recipe.file);
    writeFileSync(file, code);
    const { status, stdout, stderr } = spawnSync(recipe.command, [file], { env: { PATH: process.env['PATH'], TOKEN_SECRET: worker.stack.secret }, encoding: 'utf8' });
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const answer = await worker.post(text(), { token: stdout.trim() });
    assert.equal(answer.status, 200, answer.text);
    assert.equal((await worker.line(answer)).caller, 'user-7');
  });
}

test('the secret of the set-up is long enough, and shown', () => {
  const [, lines = ''] = /^ {3}```sh\n(.*?)^ {3}```$/ms.exec(readme) ?? [];
  assert.match(lines, /TOKEN_SECRET/);
  // What stands in for wrangler keeps what it is given.
  const bin = join(folder, 'npx');
  writeFileSync(bin, `#!/bin/sh\necho "$@" > '${folder}/arguments'\ncat > '${folder}/put'\n`, { mode: 0o755 });
  const { status, stdout } = spawnSync('sh', ['-c', lines], { env: { PATH: `${folder}:${process.env['PATH']}` }, encoding: 'utf8' });
  assert.equal(status, 0);
  assert.equal(readFileSync(join(folder, 'arguments'), 'utf8'), 'wrangler secret put TOKEN_SECRET\n');
  const put = readFileSync(join(folder, 'put'), 'utf8');
  assert.ok(put.length >= 64 && stdout === `${put}\n`, stdout);
});
