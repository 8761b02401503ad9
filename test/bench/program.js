// How the programs under measurement are started.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { spawn as spawnOnTerminal } from '@lydell/node-pty';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const wactl = join(root, 'bin', 'wactl.js');

const inherited = { ...process.env };
// Makes Node 20 read a whole certificate bundle at every start, which hides the cost of the program itself.
delete inherited.NODE_EXTRA_CA_CERTS;
delete inherited.NODE_OPTIONS;
for (const name of Object.keys(inherited)) if (name.startsWith('WACTL_')) delete inherited[name];

export const environment = (more = {}) => ({ ...inherited, ...more });

/** Runs Node to its end, discarding its output, which goes to a pipe. Returns the milliseconds it took. */
export async function timeOf(args, env = {}) {
  const since = performance.now();
  const child = spawn(process.execPath, args, {
    env: environment(env),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout.resume();
  const status = await new Promise((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return performance.now() - since;
}

/** Like `timeOf`, on a terminal. */
export async function timeOnTerminal(args, env = {}) {
  const since = performance.now();
  const terminal = spawnOnTerminal(process.execPath, args, { cols: 120, rows: 40, env: environment(env) });
  terminal.onData(() => undefined);
  const { exitCode } = await new Promise((resolve) => terminal.onExit(resolve));
  if (exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${exitCode}`);
  return performance.now() - since;
}

/**
 * Starts Node, by another command if one is given. `line(test)` resolves with `test`'s first result for a line of
 * stdout.
 */
export function start(args, env = {}, under = []) {
  const [command, ...rest] = [...under, process.execPath, ...args];
  const child = spawn(command, rest, {
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (complaint = (complaint + text).slice(-2000)));
  const lines = createInterface(child.stdout);
  const ended = new Promise((resolve) => child.once('close', resolve));
  const line = (test) =>
    new Promise((resolve, reject) => {
      const look = (text) => {
        const found = test(text);
        if (found === undefined) return;
        lines.off('line', look);
        resolve(found);
      };
      lines.on('line', look);
      ended.then((status) => reject(new Error(`${args.join(' ')} ended with ${status}: ${complaint}`)));
    });
  return { pid: child.pid, kill: (signal) => child.kill(signal), ended, line };
}

/** Runs a script of ours to its end and reads the JSON it prints. */
export async function answerOf(args, env = {}) {
  const child = start(args, env);
  const answer = await child.line((text) => (text.startsWith('{') ? JSON.parse(text) : undefined));
  await child.ended;
  return answer;
}
