import { UsageError } from '../errors.ts';
import { isLoopback } from './loopback.ts';
import type { Endpoint } from './session.ts';

/** Reads the address of a WhatsApp server other than the real one: ws://, on this machine. Throws UsageError. */
export function parseEndpointUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'ws:' && isLoopback(url.hostname) && url.username === '' && url.password === '')
    return text;
  throw new UsageError(
    'the endpoint must be a ws:// address on this machine',
    'give ws://127.0.0.1:PORT, as printed by: wactl sandbox; WhatsApp itself needs no endpoint',
  );
}

/** Reads the root key of such a server, 64 hex digits. Throws UsageError. */
export function parseEndpointRoot(text: string): string {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  throw new UsageError('invalid endpoint root key', 'give 64 hex digits, as printed by: wactl sandbox');
}

/** Both or none. Throws UsageError. */
export function endpointOf(url: string | null, rootKey: string | null): Endpoint | null {
  if (url === null && rootKey === null) return null;
  if (url !== null && rootKey !== null) return { url, rootKey };
  const [there, missing] = url === null ? ['endpoint_root', 'endpoint'] : ['endpoint', 'endpoint_root'];
  throw new UsageError(
    `${there} is set without ${missing}`,
    `set both (also as WACTL_ENDPOINT and WACTL_ENDPOINT_ROOT), or: wactl config unset ${there}`,
  );
}
