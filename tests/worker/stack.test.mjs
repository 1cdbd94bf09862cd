// The stack itself: whoever started it may die in any way, and the runtime goes with it.
// @ts-check
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { test } from 'node:test';

for (const wrangler of [false, true]) {
  test(`${wrangler ? 'wrangler' : 'a bare runtime'} whose starter was killed does not live on, nor does the file with its secrets`, async () => {
    const script = `const { startStack } = await import(${JSON.stringify(new URL('../stack.mjs', import.meta.url).href)});
      const { edge, folder } = await startStack({ wrangler: ${wrangler} });
      process.stdout.write(JSON.stringify({ edge, folder }));
      setInterval(() => {}, 1000);`;
    const starter = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [started] = await once(starter.stdout, 'data');
    const { edge, folder } = JSON.parse(String(started));
    const ping = () => fetch(`${edge}/ping`).then((answer) => answer.status, () => 0);
    assert.equal(await ping(), 200);
    assert.ok(existsSync(folder));
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    for (let tries = 0; (await ping()) !== 0 || existsSync(folder); tries += 1) {
      assert.ok(tries < 100, 'the runtime still answers, or its folder is still there');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
}
