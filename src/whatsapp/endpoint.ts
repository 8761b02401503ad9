import { isLoopback } from '../domain/loopback.ts';
import type { Endpoint } from '../domain/session.ts';
import { Ending } from './ending.ts';

/**
 * The root key that certificates are checked with: undefined for WhatsApp's own. Any other key is accepted only for a
 * ws:// address on this machine. Throws an Ending otherwise, so that no setting can make a real connection trust
 * another server.
 */
export function rootKeyOf(endpoint: Endpoint | null): Uint8Array | undefined {
  if (!endpoint) return undefined;
  const url = URL.canParse(endpoint.url) ? new URL(endpoint.url) : undefined;
  const key = Buffer.from(endpoint.rootKey, 'hex');
  if (url?.protocol === 'ws:' && isLoopback(url.hostname) && key.length === 32) return key;
  throw new Ending('forged', null, {
    cause: new Error("a root key other than WhatsApp's is allowed only for a ws:// address on this machine"),
  });
}
