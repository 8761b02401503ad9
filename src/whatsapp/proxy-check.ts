import { connect } from 'node:net';
import { failed, ok } from '../domain/finding.ts';
import { redactUrl } from '../domain/redact.ts';
import type { Check } from '../ports/doctor.ts';

export type ProxyParts = {
  /** Of new sessions. Throws UsageError. */
  readonly settings: { readonly proxy: string | null };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether to try to reach it. */
  readonly isTried: boolean;
};

/** Other programs go by these. */
const otherVariables = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
const usualPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'socks5:': 1080 };

/** `proxy`: the one that new sessions get, and whether something listens there. */
export const proxyCheck = ({ settings, env, isTried }: ProxyParts): Check => ({
  name: 'proxy',
  needs: ['settings'],
  timeoutMs: 5_000,
  async examine(signal) {
    const { proxy } = settings;
    if (proxy === null) {
      const other = otherVariables.find((name) => env[name]);
      const unused =
        other === undefined ? '' : `; ${other} is not used: wactl goes by WACTL_PROXY and its setting proxy`;
      return ok(`none: connections are direct${unused}`);
    }
    const shown = redactUrl(proxy);
    if (!isTried) return ok(`${shown}, not tried`);
    const { hostname, port, protocol } = new URL(proxy);
    const at = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || usualPorts[protocol]) };
    const why = await refusal(at, signal);
    if (why === null) return ok(`${shown}, which listens`);
    return failed(
      'unreachable',
      `${shown} cannot be reached (${why})`,
      'check it, or go without: wactl config unset proxy, unset WACTL_PROXY',
    );
  },
});

/** Why no connection can be made; null when one can. */
const refusal = (
  at: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<string | null> =>
  new Promise((resolve) => {
    const socket = connect({ ...at, signal });
    const end = (why: string | null): void => {
      socket.destroy();
      resolve(why);
    };
    socket.once('connect', () => end(null));
    socket.once('error', ({ code, message }: NodeJS.ErrnoException) => end(code ?? message));
  });
