// Runs one command and takes its whole process group down when the process that started it is gone, however that ended; the folder
// with its secrets goes too.
// @ts-check
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

const [folder = '', command = '', ...parameters] = process.argv.slice(2);
const child = spawn(command, parameters, { stdio: ['ignore', 'inherit', 'inherit'] });
child.on('error', (error) => {
  process.stderr.write(`${command}: ${error.message}\n`);
  process.exit(127);
});
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));

// Its standard input is a pipe that nobody writes to: it ends when the other side closes it, or dies.
process.stdin.resume();
process.stdin.on('end', end);
process.stdin.on('error', end);
process.on('SIGTERM', end);
process.on('SIGINT', end);

/** This process leads the group, so the signal reaches it, the command, and whatever the command started. */
function end() {
  try {
    // The runtime may still be writing into it, so a folder that was just emptied need not be empty.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  } finally {
    process.kill(-process.pid, 'SIGKILL');
  }
}
