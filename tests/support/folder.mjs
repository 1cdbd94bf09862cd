// A folder for a test alone, such as for a storage that outlives its runtime.
// @ts-check
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes a folder, and removes it with all that is in it once `run` has ended.
 * @param {(folder: string) => Promise<void>} run
 */
export async function inFolder(run) {
  const folder = await mkdtemp(join(tmpdir(), 'maytapi-test-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
