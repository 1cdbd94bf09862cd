// The stack itself: whoever started it may die in any way, and the runtime goes with it.
// @ts-check
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

test('a runtime whose starter was killed does not live on, nor does the file with its secrets', async () => {
  const script = `const { startStack } = await import(${JSON.stringify(new URL('../stack.mjs', import.meta.url).href)});
    const stack = await startStack();
    process.stdout.write(stack.edge);
    setInterval(() => {}, 1000);`;
  const folder = mkdtempSync(join(tmpdir(), 'maytapi-starter-'));
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: folder },
  });
  const [edge] = await once(starter.stdout, 'data');
  const ping = () => fetch(`${edge}/ping`).then((answer) => answer.status, () => 0);
  assert.equal(await ping(), 200);
  assert.equal(readdirSync(folder).filter((name) => name.startsWith('maytapi-stack-')).length, 1);
  starter.kill('SIGKILL');
  await once(starter, 'exit');
  for (let tries = 0; (await ping()) !== 0; tries += 1) {
    assert.ok(tries < 100, 'the runtime still answers');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith('maytapi-stack-')), []);
  rmSync(folder, { recursive: true, force: true });
});
