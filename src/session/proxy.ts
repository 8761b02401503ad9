import { UsageError } from '../errors.ts';

const protocols = ['http:', 'https:', 'socks5:'];

/** Reads a proxy address, "socks5://user:password@host:1080". Throws UsageError. */
export function parseProxy(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !protocols.includes(url.protocol) || url.hostname === '') {
    throw new UsageError(
      'the proxy address is not understood',
      'http://, https:// or socks5://, then host:port',
    );
  }
  return text;
}
