import { Option } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { UsageError, WactlError } from '../errors.ts';
import { showAtSandbox } from './show-at-sandbox.ts';
import { statusEvent, statusFacts, statusSentence } from './status-event.ts';
import type { HolderEvent } from '../domain/held.ts';
import type { Log, LogLevel } from '../ports/log.ts';

export type ServeOptions = {
  readonly listen: { readonly host: string; readonly port: number };
  readonly allowRemote: boolean;
  readonly allowHost: readonly string[];
  readonly logFormat?: 'text' | 'json';
  readonly logLevel?: LogLevel;
};

const defaultListen = { host: '127.0.0.1', port: 7764 };
const highestPort = 65_535;

/** "127.0.0.1:7764", "[::1]:0" or a bare port on 127.0.0.1. Throws UsageError. */
export function parseListen(text: string): ServeOptions['listen'] {
  const match = /^(?:(\[[0-9a-fA-F:.]+\]|[^:[\]]+):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2] ?? Number.NaN);
  if (match && port <= highestPort) {
    return { host: match[1]?.replace(/^\[|\]$/g, '') ?? defaultListen.host, port };
  }
  throw new UsageError(
    `invalid listen address "${text}"`,
    'for example: 127.0.0.1:7764, or [::1]:0 for a free port',
  );
}

/** "wa.example.com,other.example". Throws UsageError. */
export const parseNames = (text: string): readonly string[] =>
  text.split(',').map((word) => {
    const name = word.trim().toLowerCase();
    if (/^[a-z0-9.-]+$/.test(name)) return name;
    throw new UsageError(`invalid host name "${word}"`, 'for example: wa.example.com, without a port');
  });

/** `serve`: hold all sessions, and answer a REST API. */
export function defineServe(program: Command, run: (options: ServeOptions) => Promise<void>): void {
  program
    .command('serve')
    .summary('keep sessions online and serve a REST API')
    .description(
      'Keeps every session online that should be, and serves a REST API (see /openapi.json). Clients need the token: ' +
        'WACTL_TOKEN, or one that is made for this run and shown once. Stops on Ctrl-C or SIGTERM.',
    )
    .option(
      '--listen <address>',
      'address to listen on (default: 127.0.0.1:7764; port 0: a free port)',
      parseListen,
      defaultListen,
    )
    .option('--allow-remote', 'allow an address that other machines can reach', false)
    .option('--allow-host <names>', 'host names that requests may use, separated by commas', parseNames, [])
    .addOption(
      new Option(
        '--log-format <format>',
        'how stderr is written: for people, or a JSON object a line',
      ).choices(['text', 'json']),
    )
    .addOption(
      new Option(
        '--log-level <level>',
        'which lines are written; debug: requests too (default: info)',
      ).choices(['error', 'warn', 'info', 'debug']),
    )
    .action((flags: ServeOptions) => run(flags));
}

export async function runServe(cx: Context, options: ServeOptions): Promise<void> {
  const { listen, allowRemote, allowHost, logFormat, logLevel } = options;
  const log = await cx.io.serviceLog({ format: logFormat, level: logLevel });
  const serving = await cx.serve({
    ...listen,
    allowRemote,
    hostNames: allowHost,
    log,
    onEvent: (id, event) => tell(cx, log, id, event),
  });
  cx.io.event({ event: 'ready', url: serving.url, pid: cx.pid });
  log.line('info', `serving at ${serving.url}`, { url: serving.url, pid: cx.pid });
  if (serving.newToken !== null) {
    cx.io.tell('the token for this run, not shown again:');
    cx.io.tell(serving.newToken);
  }
  await serving.ended;
  cx.signal.throwIfAborted();
}

/** Reports the statuses of sessions. The QR or code itself goes only to clients that ask the API for it. */
function tell(cx: Context, log: Log, id: string, event: HolderEvent): void {
  switch (event.kind) {
    case 'status':
      cx.io.event(statusEvent(id, event));
      log.line('info', statusSentence(event), { session: id, ...statusFacts(event) });
      return;
    case 'qr':
    case 'pair_code': {
      const status = event.kind === 'qr' ? 'waiting_for_qr' : 'waiting_for_pair_code';
      cx.io.event(statusEvent(id, { kind: 'status', status, close: null, retryInMs: null }));
      log.line('info', `waiting for ${event.kind === 'qr' ? 'the QR to be scanned' : 'the pairing code'}`, {
        session: id,
        status,
      });
      void offer(cx, id, event);
      return;
    }
    default:
  }
}

/** Nothing happens when the session is gone by now. */
async function offer(cx: Context, id: string, event: Parameters<typeof showAtSandbox>[2]): Promise<void> {
  const wactl = await cx.wactl();
  const session = await wactl.find(id).catch((error: unknown) => {
    if (!(error instanceof WactlError)) throw error;
  });
  if (session?.id === id) await showAtSandbox(cx, session, event);
}
