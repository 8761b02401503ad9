import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';

export type RemoteOptions = {
  /** The value of --server or WACTL_SERVER. */
  readonly server: string;
  readonly token: string | undefined;
  /** Whether the token may cross a network unencrypted. */
  readonly allowInsecure: boolean;
  /** How long the command may take; undefined when it has no limit. */
  readonly timeoutMs: number | undefined;
};

/** How much longer than the command's own limit a silent server is waited for. */
const graceMs = 2_000;
const longestSilenceMs = 60_000;

/**
 * The same context on the sessions of another wactl, which `serve` runs. Local things (settings, sandboxes) stay as
 * they are; the server decides the defaults of a new session.
 */
export function remoteContext(here: Context, options: RemoteOptions): Context {
  const client = once(async () => {
    const [{ HttpClient }, { parseServerUrl }] = await Promise.all([
      import('../api/http-client.ts'),
      import('../api/server-address.ts'),
    ]);
    const address = parseServerUrl(options.server, options.token, options.allowInsecure);
    const { timeoutMs } = options;
    const silence =
      timeoutMs === undefined ? {} : { silentMs: Math.min(timeoutMs + graceMs, longestSilenceMs) };
    return new HttpClient(address, { signal: here.signal, ...silence });
  });
  return {
    ...here,
    server: options.server,
    get settings() {
      const { maxRetries, qrStyle, table } = here.settings;
      return { webhook: null, globalWebhook: null, proxy: null, endpoint: null, maxRetries, qrStyle, table };
    },
    wactl: once(async () => {
      const { remoteWactl } = await import('../api/remote-wactl.ts');
      return remoteWactl(await client(), here.clock);
    }),
    serve: () => notFromHere('serve'),
    doctor: () => notFromHere('doctor'),
    transfer: () => {
      const hint = 'run it on the machine where the sessions are: credentials do not leave it over HTTP';
      return Promise.reject(new UsageError('export, import and backup work on this machine only', hint));
    },
    storeCopies: () => notFromHere('store copy'),
    logs: () => notFromHere('logs'),
    tokens: () => notFromHere('token'),
    encryption: () => notFromHere('config encryption'),
    detach: () => {
      const hint = 'leave out --detach: the server keeps running by itself';
      return Promise.reject(
        new UsageError('with --server, nothing runs in the background on this machine', hint),
      );
    },
  };
}

const notFromHere = (command: string): Promise<never> =>
  Promise.reject(
    new UsageError(`${command} works on this machine only`, 'leave out --server and unset WACTL_SERVER'),
  );

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
