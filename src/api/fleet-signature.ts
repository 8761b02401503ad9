import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FleetSecret } from '../ports/hosts.ts';

/** A request to another host of the fleet. */
export type FleetRequest = {
  readonly method: string;
  /** With its parameters. */
  readonly path: string;
  readonly body: string | Uint8Array;
  /** The process that is asked (`ServingHost.serverId`). */
  readonly to: string;
};

/** Stands in the header Authorization, before the time in milliseconds, a random number and the signature. */
export const scheme = 'Wactl-Fleet';
const written = new RegExp(`^${scheme} (\\d{1,16})\\.([\\w-]{22})\\.([\\w-]{43})$`);
const nonceBytes = 16;
/** Longer than a request is on its way. Both sides read the clock of the store. */
const goodForMs = 60_000;

/** What the request shows, for the header Authorization. Each is another one. */
export function signedFor(request: FleetRequest, { secret, now }: FleetSecret): string {
  const [at, nonce] = [String(now.getTime()), randomBytes(nonceBytes).toString('base64url')];
  return `${scheme} ${at}.${nonce}.${signature(request, secret, at, nonce).toString('base64url')}`;
}

/** Whether requests to this process are signed: each for itself alone, for a minute, and once. */
export class FleetSignatures {
  /** The random numbers of requests that were good, oldest first, and when they are good no more. */
  readonly #seen = new Map<string, number>();

  isGood(shown: string, request: FleetRequest, { secret, now }: FleetSecret): boolean {
    const [, at = '', nonce = '', given = ''] = written.exec(shown) ?? [];
    if (given === '') return false;
    const expected = signature(request, secret, at, nonce);
    const bytes = Buffer.from(given, 'base64url');
    if (bytes.length !== expected.length || !timingSafeEqual(bytes, expected)) return false;
    const nowMs = now.getTime();
    for (const [old, untilMs] of this.#seen) if (untilMs < nowMs) this.#seen.delete(old);
    if (Math.abs(nowMs - Number(at)) > goodForMs || this.#seen.has(nonce)) return false;
    // One that is a minute ahead is good for two.
    this.#seen.set(nonce, nowMs + 2 * goodForMs);
    return true;
  }
}

function signature(
  { to, method, path, body }: FleetRequest,
  secret: Uint8Array,
  at: string,
  nonce: string,
): Buffer {
  const content = createHash('sha256').update(body).digest('base64url');
  return createHmac('sha256', secret)
    .update(JSON.stringify([scheme, to, method, path, content, at, nonce]))
    .digest();
}
