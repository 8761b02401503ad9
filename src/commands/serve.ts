import { Option } from 'commander';
import type { Command } from 'commander';
import type { Context, ServeFlags } from '../context.ts';
import { parseAdvertised } from '../domain/advertised.ts';
import { UsageError, WactlError } from '../errors.ts';
import { anotherListen } from './listen-flag.ts';
import { showAtSandbox } from './show-at-sandbox.ts';
import { statusEvent, statusFacts, statusSentence } from './status-event.ts';
import type { HolderEvent } from '../domain/held.ts';
import type { ListenAddress } from '../domain/listen-address.ts';
import type { Log, LogLevel } from '../ports/log.ts';

export type ServeOptions = {
  readonly listen: readonly ListenAddress[];
  readonly socketMode: '600' | '660';
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly allowRemote: boolean;
  readonly allowHost: readonly string[];
  readonly advertise?: string;
  /** False: `--no-page`. */
  readonly page: boolean;
  readonly sessionMetrics: boolean;
  readonly logFormat?: 'text' | 'json';
  readonly logLevel?: LogLevel;
};

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
      'Keeps every session online that should be, and serves a REST API (see /openapi.json) and a page for browsers at /. ' +
        'Clients need the token: ' +
        'WACTL_TOKEN, or one that is made for this run and shown once. Stops on Ctrl-C or SIGTERM.',
    )
    .option(
      '--listen <address>',
      'host:port or unix:PATH to listen on (default: 127.0.0.1:7764; port 0: a free port); again for another',
      anotherListen,
      [],
    )
    .addOption(
      new Option('--socket-mode <mode>', 'rights of the file of unix:PATH; 660: its group may connect too')
        .choices(['600', '660'])
        .default('600'),
    )
    .option('--tls-cert <file>', 'certificate in PEM: serve https (read again at SIGHUP)')
    .option('--tls-key <file>', 'its private key in PEM')
    .option('--allow-remote', 'allow an address that other machines can reach', false)
    .option('--allow-host <names>', 'host names that requests may use, separated by commas', parseNames, [])
    .option(
      '--advertise <url>',
      'where the other hosts that share a PostgreSQL reach this one (default: where it listens)',
      parseAdvertised,
    )
    .option('--no-page', 'show no page to browsers at /')
    .option('--no-session-metrics', 'leave the rows of each session out of /metrics')
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
  const { listen, socketMode, tlsCert, tlsKey, allowRemote, allowHost } = options;
  const { page, sessionMetrics, logFormat, logLevel } = options;
  const tls = tlsOf(tlsCert, tlsKey);
  const log = await cx.io.serviceLog({ format: logFormat, level: logLevel });
  const serving = await cx.serve({
    listen,
    socketMode: Number.parseInt(socketMode, 8),
    tls,
    allowRemote,
    hostNames: allowHost,
    advertised: options.advertise ?? null,
    page,
    sessionMetrics,
    // A log of JSON is read and kept by programs.
    showsToken: logFormat !== 'json',
    log,
    onEvent: (id, event) => tell(cx, log, id, event),
  });
  const { urls } = serving;
  cx.io.event({ event: 'ready', url: urls[0], urls, pid: cx.pid });
  for (const url of urls) log.line('info', `serving at ${url}`, { url, pid: cx.pid });
  if (serving.newToken !== null) {
    cx.io.tell('the token for this run, not shown again:');
    cx.io.tell(serving.newToken);
  }
  await serving.ended;
  cx.signal.throwIfAborted();
}

function tlsOf(cert: string | undefined, key: string | undefined): ServeFlags['tls'] {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return undefined;
  throw new UsageError('a certificate needs its key', 'give both: --tls-cert FILE --tls-key FILE');
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
    case 'passkey': {
      const status = 'waiting_for_passkey';
      cx.io.event(statusEvent(id, { kind: 'status', status, close: null, retryInMs: null }));
      log.line('info', 'waiting for the passkey of the account', { session: id, status });
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
