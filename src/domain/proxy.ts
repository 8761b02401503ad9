import { UsageError } from '../errors.ts';

/** The proxy could not be reached, or did not let the connection through. Its address is not in the message. */
export class TunnelError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TunnelError';
  }
}

/**
 * Makes fetch send everything through `proxy` and nothing directly: if the proxy fails, the request fails with a
 * TunnelError as its cause. Open requests end when `signal` is aborted.
 */
export type OpenProxy = (
  proxy: string,
  signal: AbortSignal,
) => Promise<NonNullable<RequestInit['dispatcher']>>;

const protocols = ['http:', 'https:', 'socks5:'];

/** Reads a proxy address, "socks5://user:password@host:1080". Throws UsageError. */
export function parseProxy(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !protocols.includes(url.protocol) || url.hostname === '') {
    throw new UsageError(
      'invalid proxy address',
      'give it as http://, https:// or socks5://, then host:port',
    );
  }
  return text;
}
