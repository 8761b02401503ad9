import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { RunningSandbox } from '../ports/sandbox.ts';
import { WactlError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { wholeNumber } from './flags.ts';

export type SandboxOptions = {
  readonly port: number;
  readonly seed?: string;
  readonly autoScan: boolean;
  readonly clientVersion?: string;
  readonly pushName?: string;
  readonly passkey?: true;
  /** Return, and let it run in the background. */
  readonly detach: boolean;
  /** Print shell lines for `eval`. */
  readonly env: boolean;
};

/** `sandbox`: an emulated WhatsApp server with phones, until Ctrl-C. Returns the command, for its subcommands. */
export function defineSandbox(program: Command, run: (options: SandboxOptions) => Promise<void>): Command {
  return program
    .command('sandbox')
    .summary('run an emulated WhatsApp on this machine')
    .description(
      'Runs an emulated WhatsApp server with phones on this machine, to try things and to test scripts without a ' +
        'phone. Point wactl at it with: eval "$(wactl sandbox --detach --env)"',
    )
    .option('--port <port>', 'port to listen on (default: a free port)', wholeNumber(0), 0)
    .option('--seed <text>', 'create the same root key and phones every time')
    .option('--auto-scan', 'let its phone scan every QR and type every code that wactl shows', false)
    .option(
      '--client-version <version>',
      'act as this version of WhatsApp Web, and refuse older clients with 405',
    )
    .option('--push-name <name>', 'push name of its phones (default: Sandy Box)')
    .option('--passkey', 'let its accounts ask for their passkeys before they link a device')
    .option('--detach', 'return, and keep it running in the background', false)
    .option('--env', 'print shell lines that point wactl at it', false)
    .action((flags: SandboxOptions) => run(flags));
}

export async function runSandbox(cx: Context, options: SandboxOptions): Promise<void> {
  if (options.detach) return detached(cx, options);
  const { port, seed, autoScan, clientVersion, pushName, passkey } = options;
  const host = await cx.sandbox();
  const sandbox = await host.start({
    port,
    autoScan,
    ...(passkey ? { passkey } : {}),
    isListed: true,
    ...(seed === undefined ? {} : { seed }),
    ...(clientVersion === undefined ? {} : { clientVersion }),
    ...(pushName === undefined ? {} : { pushName }),
  });
  try {
    announce(cx, options, sandbox.endpoint, cx.pid);
    if (!sandbox.isListed)
      cx.io.warn('another terminal does not find this sandbox: the config directory cannot be written');
    sandbox.onEvent((sentence) => cx.io.say(sentence));
    await stopped(cx, sandbox);
  } finally {
    await sandbox.close();
  }
  cx.signal.throwIfAborted();
}

type FirstLine =
  | { readonly endpoint: string; readonly endpoint_root: string }
  | { readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint: string | null } };

/** Runs the same command in the background; its first line says where it listens, or why it cannot. */
async function detached(cx: Context, options: SandboxOptions): Promise<void> {
  const { pid, firstLine } = await cx.background([
    'sandbox',
    '--json',
    '--quiet',
    ...['--port', String(options.port)],
    ...(options.seed === undefined ? [] : ['--seed', options.seed]),
    ...(options.autoScan ? ['--auto-scan'] : []),
    ...(options.passkey ? ['--passkey'] : []),
    ...(options.clientVersion === undefined ? [] : ['--client-version', options.clientVersion]),
    ...(options.pushName === undefined ? [] : [`--push-name=${options.pushName}`]),
  ]);
  const ready = JSON.parse(firstLine) as FirstLine;
  if ('error' in ready)
    throw new WactlError(ready.error.code, ready.error.message, ready.error.hint ?? undefined);
  announce(cx, options, { url: ready.endpoint, rootKey: ready.endpoint_root }, pid);
}

function announce(
  { io }: Context,
  { env }: SandboxOptions,
  { url, rootKey }: RunningSandbox['endpoint'],
  pid: number,
): void {
  const lines = shellLines({ url, rootKey });
  if (io.json) io.event({ event: 'ready', endpoint: url, endpoint_root: rootKey, pid });
  else io.raw(env ? lines.join('\n') : [`address   ${url}`, `root key  ${rootKey}`, '', ...lines].join('\n'));
  io.say('point another terminal at it with: eval "$(wactl sandbox env)"');
  io.say('stop it with: wactl sandbox stop');
}

/** What points a shell at a sandbox. */
export const shellLines = ({ url, rootKey }: RunningSandbox['endpoint']): readonly string[] => [
  `export WACTL_ENDPOINT=${url}`,
  `export WACTL_ENDPOINT_ROOT=${rootKey}`,
];

const stopped = (cx: Context, sandbox: RunningSandbox): Promise<void> =>
  Promise.race([
    sandbox.closed,
    new Promise<void>((resolve) => {
      if (cx.signal.aborted) resolve();
      cx.signal.addEventListener('abort', () => resolve(), { once: true });
    }),
  ]);
