import { writeSync } from 'node:fs';
import type { Watch } from './background.ts';
import { createContext } from './compose/context.ts';
import { exitStatuses, InterruptedError, WactlError } from './errors.ts';
import { createIo } from './terminal/create-io.ts';
import { directOutput } from './terminal/direct-output.ts';
import type { StreamIo } from './terminal/stream-io.ts';
import { readCommandLine, runProgram } from './program.ts';
import { systemClock } from './compose/system-clock.ts';

/** Of package.json: the build puts it here. */
declare const WACTL_VERSION: string;

const interrupted = new AbortController();
// Once each: the second Ctrl-C ends the process the hard way.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(name, () => interrupted.abort(new InterruptedError(name === 'SIGINT' ? 'SIGINT' : 'SIGTERM')));
}

// An uncaught error is a bug: abort, so that running work ends cleanly and the terminal is restored.
let bug: WactlError | undefined;
process.on('uncaughtException', (error) => {
  if (bug) return endAtOnce(error);
  bug = wactlError(error);
  interrupted.abort(bug);
});

/** Node itself would print all that an error carries, which may be a secret. */
function endAtOnce(error: unknown): void {
  writeSync(2, `wactl: error: ${wactlError(error).message}\n`);
  // eslint-disable-next-line no-restricted-properties -- two errors in a row: nothing here works as it should.
  process.exit(exitStatuses.internal);
}

/** The reader of stdout has gone: the command ends silently. */
const readerGone = new WactlError('terminated', 'the reader of the output has gone');
const readerGoneStatus = 141;

function wactlError(error: unknown): WactlError {
  if (error instanceof WactlError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const hint = 'please report it, with the output of --verbose and of: wactl doctor';
  return new WactlError('internal', `this is a bug: ${cause.message}`, hint, { cause });
}

const line = readCommandLine(process.argv.slice(2));
const { json = false, quiet = false, verbose = false, color, detached: logPath } = line.flags;

main().catch((error: unknown) => {
  // There are no streams to say it with: the log of a background process could not be opened.
  const { message, exitStatus } = wactlError(error);
  process.stderr.write(`wactl: error: ${message}\n`);
  process.exitCode = exitStatus;
});

async function main(): Promise<void> {
  // A background process logs there instead of on stderr: the process that started it stops reading stdout early.
  const logFile =
    logPath === undefined
      ? undefined
      : (await import('./terminal/log-file.ts')).openLogFile(logPath, systemClock);
  const io = await createIo({
    // Opened only when read: opening takes a fifteenth of a bare start of Node.
    get stdin() {
      return process.stdin;
    },
    stdout: directOutput(1, () => process.stdout),
    stderr: logFile ?? directOutput(2, () => process.stderr),
    env: process.env,
    json,
    // A reader of JSON needs no sentences beside it, but the log of a background process consists of them.
    quiet: quiet || (json && logFile === undefined),
    warns: !quiet || logFile !== undefined,
    verbose,
    color,
    clock: systemClock,
    signals: {
      on: (name, listener) => void process.on(name, listener),
      off: (name, listener) => void process.off(name, listener),
      // Windows has no signals: `kill` would end the process there and then.
      raise: (name) =>
        void (process.platform === 'win32' ? process.emit(name) : process.kill(process.pid, name)),
    },
    signal: interrupted.signal,
    onReaderGone: () => {
      if (!logFile) interrupted.abort(readerGone);
    },
  });
  const ending: (() => Promise<void>)[] = [];

  try {
    process.exitCode = await runProgram(line, {
      version: WACTL_VERSION,
      write: (text) => {
        const lines = text.trimEnd();
        io.result(lines === WACTL_VERSION ? { version: lines } : { help: lines }, () => lines.split('\n'));
      },
      script: (text) => {
        const script = text.trimEnd();
        io.result({ script }, () => script.split('\n'));
      },
      named:
        (flags) =>
        async (...asked) => {
          const { completionValues } = await import('./compose/completion-values.ts');
          return completionValues({ flags, env: process.env, uid: process.geteuid?.() })(...asked);
        },
      faults: async () => (await import('./sandbox/fault-words.ts')).faultWords(),
      open: (flags, timeoutMs) =>
        createContext({
          flags,
          timeoutMs,
          io,
          signal: interrupted.signal,
          env: process.env,
          args: line.argv,
          pid: process.pid,
          uid: process.geteuid?.(),
          version: WACTL_VERSION,
          nodeVersion: process.versions.node,
          isDoctor: line.command === 'doctor',
          isRunning,
          rssBytes: () => process.memoryUsage.rss(),
          uptimeSeconds: () => process.uptime(),
          monotonicMicros: () => process.hrtime.bigint() / 1000n,
          onReload,
          openFiles,
          async background(args) {
            let firstLine = '';
            const isEnough = (line: string): boolean => {
              firstLine = line;
              return true;
            };
            const pid = await start(args, { isEnough });
            return { pid, firstLine };
          },
          start,
          atEnd: (end) => ending.push(end),
        }),
    });
    if (bug) throw bug;
  } catch (caught) {
    if (caught !== readerGone) process.exitCode = fail(io, caught);
  } finally {
    for (const end of ending.reverse()) await end();
    await io.end().catch((error: unknown) => (process.exitCode = fail(io, error)));
    if (interrupted.signal.reason === readerGone) process.exitCode = readerGoneStatus;
    logFile?.end();
  }
}

/** On a terminal, SIGHUP says that it was closed. */
function onReload(listener: () => void): void {
  if (process.stdin.isTTY || process.stderr.isTTY) return;
  process.removeAllListeners('SIGHUP').on('SIGHUP', listener);
}

/** Node asks the system only for its diagnostic report. */
function openFiles(): number | undefined {
  // Else it looks up the names of all peers. The types of Node 20 do not know it.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as {
    userLimits?: { open_files?: { soft?: number | 'unlimited' } };
  };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : undefined;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function start(args: readonly string[], watch: Watch): Promise<number> {
  const { startInBackground } = await import('./background.ts');
  const command = [...process.execArgv, process.argv[1] ?? '', ...args];
  return startInBackground(process.execPath, command, process.env, watch);
}

function fail(io: StreamIo, caught: unknown): number {
  const error = wactlError(caught);
  io.error(error);
  return error.exitStatus;
}
