import { WactlError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import { TunnelError } from '../domain/proxy.ts';
import type { OpenProxy } from '../domain/proxy.ts';
import { redactUrl } from '../domain/redact.ts';
import type { Session, Webhook } from '../domain/session.ts';
import { startDeadline } from '../domain/deadline.ts';
import { webhookHeaders } from './sign.ts';

/** The outcome of one request. `why` contains no secret and nothing that the other side said. */
export type Answer =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter: string | null }
  | { readonly kind: 'none'; readonly why: string };

export type DeliveryRequest = {
  readonly webhook: Webhook;
  /** Of the session. */
  readonly proxy: Session['proxy'];
  readonly id: string;
  readonly body: string;
};

export type PostParts = { readonly clock: Clock; readonly openProxy: OpenProxy };

const timeoutMs = 10_000;
/** An answer's body is read up to this size, so that its connection can be reused; its content is ignored. */
const bodyLimit = 16 * 1024;

/**
 * Sends one event. It follows no redirect, and never bypasses a proxy that it should use. Throws the signal's reason
 * when the signal is aborted first.
 */
export async function post(
  request: DeliveryRequest,
  { clock, openProxy }: PostParts,
  signal: AbortSignal,
): Promise<Answer> {
  signal.throwIfAborted();
  const { webhook, id, body } = request;
  const proxy = webhook.viaProxy ? request.proxy : undefined;
  if (proxy === null)
    return { kind: 'none', why: 'the webhook is set to use the proxy of its session, which has none' };
  const deadline = startDeadline(clock, signal, timeoutMs, late);
  let dispatcher: RequestInit['dispatcher'];
  try {
    if (proxy !== undefined) dispatcher = await openProxy(proxy, deadline.signal);
    const { address, authorization } = splitAddress(webhook.url);
    const response = await fetch(address, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'wactl',
        ...authorization,
        ...webhook.headers,
        ...webhookHeaders({ id, at: clock.now(), body, secret: webhook.secret }),
      },
      body,
      signal: deadline.signal,
      ...(dispatcher && { dispatcher }),
    });
    await drain(response);
    return { kind: 'status', status: response.status, retryAfter: response.headers.get('retry-after') };
  } catch (error) {
    signal.throwIfAborted();
    const why = deadline.signal.aborted ? late().message : unreachable(error);
    return { kind: 'none', why: proxy === undefined ? why : `${why}, through ${redactUrl(proxy)}` };
  } finally {
    deadline.end();
    await dispatcher?.destroy();
  }
}

const late = (): WactlError =>
  new WactlError('timed_out', `the receiver did not answer within ${String(timeoutMs / 1000)} s`);

async function drain({ body }: Response): Promise<void> {
  let size = 0;
  try {
    for await (const chunk of body ?? []) {
      size += (chunk as Uint8Array).length;
      if (size > bodyLimit) return;
    }
  } catch {
    // The status is all that counts.
  }
}

/** fetch refuses a password in an address. */
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
  if (cause instanceof TunnelError) return cause.message;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string'
    ? `the receiver cannot be reached (${code})`
    : 'the receiver cannot be reached';
}
