import type { Session } from '../session/session.ts';
import { createProxy } from './proxy.ts';
import { versionInServiceWorker } from './whatsapp-version.ts';
import type { WhatsAppVersion } from './whatsapp-version.ts';

const whatsAppWeb = 'https://web.whatsapp.com/';
const largestBytes = 16 * 1024 * 1024;

/** What a browser would send; without it WhatsApp answers with another page (Baileys rc14, fetchLatestWaWebVersion). */
const headers = {
  'sec-fetch-site': 'none',
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
};

/**
 * The client version that WhatsApp Web runs now, asked through the session's proxy; of a sandbox, at its own address.
 * Undefined when it cannot be had. Rejects only with the signal's reason.
 */
export async function fetchVersion(
  { proxy, endpoint }: Pick<Session, 'proxy' | 'endpoint'>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<WhatsAppVersion | undefined> {
  const done = new AbortController();
  const timer = setTimeout(() => done.abort(), timeoutMs);
  const stop = () => done.abort();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const origin = endpoint ? endpoint.url.replace(/^ws/, 'http') : whatsAppWeb;
    const url = new URL('/sw.js', origin);
    const { dispatcher } = proxy ? createProxy(proxy, url.protocol === 'https:', done.signal) : {};
    const response = await fetch(url, {
      headers,
      signal: done.signal,
      ...(dispatcher ? { dispatcher } : {}),
    });
    if (!response.ok) return undefined;
    return versionInServiceWorker(await readText(response));
  } catch {
    signal?.throwIfAborted();
    return undefined;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    done.abort();
  }
}

async function readText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.byteLength;
    if (length > largestBytes) throw new RangeError('the page is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
