import { WactlError } from '../../errors.ts';
import type { Clock } from '../../session/clock.ts';
import { startDeadline } from '../deadline.ts';
import { webhookHeaders } from './sign.ts';

/** What became of one request. `why` is free of addresses and of what the other side said. */
export type Answer =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter: string | null }
  | { readonly kind: 'none'; readonly why: string };

export type Parcel = {
  readonly url: string;
  readonly secret: string | null;
  readonly id: string;
  readonly body: string;
};

const timeoutMs = 10_000;
/** An answer's body is read to here, so that its connection can serve again; it is never looked at. */
const bodyLimit = 16 * 1024;

/** Sends one event: no proxy, no redirect followed. Throws the signal's reason when that is aborted first. */
export async function post(
  { url, secret, id, body }: Parcel,
  clock: Clock,
  signal: AbortSignal,
): Promise<Answer> {
  signal.throwIfAborted();
  const deadline = startDeadline(clock, signal, timeoutMs, late);
  try {
    const { address, authorization } = splitAddress(url);
    const response = await fetch(address, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'wactl',
        ...authorization,
        ...webhookHeaders({ id, at: clock.now(), body, secret }),
      },
      body,
      signal: deadline.signal,
    });
    await drain(response);
    return { kind: 'status', status: response.status, retryAfter: response.headers.get('retry-after') };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'none', why: deadline.signal.aborted ? late().message : unreachable(error) };
  } finally {
    deadline.end();
  }
}

const late = (): WactlError =>
  new WactlError('timed_out', `it did not answer within ${String(timeoutMs / 1000)} s`);

async function drain({ body }: Response): Promise<void> {
  let size = 0;
  try {
    for await (const chunk of body ?? []) {
      size += (chunk as Uint8Array).length;
      if (size > bodyLimit) return;
    }
  } catch {
    // The status has said all there is to know.
  }
}

/** fetch takes no password in an address. */
function splitAddress(url: string): { address: string; authorization: Readonly<Record<string, string>> } {
  const address = new URL(url);
  const { username, password } = address;
  if (username === '' && password === '') return { address: url, authorization: {} };
  address.username = '';
  address.password = '';
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return { address: address.href, authorization: { authorization } };
}

function unreachable(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? `it cannot be reached (${code})` : 'it cannot be reached';
}
