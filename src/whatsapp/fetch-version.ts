import { request as httpRequest } from 'node:http';
import type { Agent } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { createProxy } from './proxy.ts';
import { versionInPage } from './whatsapp-version.ts';
import type { WhatsAppVersion } from './whatsapp-version.ts';

const largestBytes = 16 * 1024 * 1024;
/** The part of the time that belongs to the service worker alone. */
const headStart = 0.4;

/** As a browser sends it; without it WhatsApp answers with another page. */
export const userAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

/** The pages that name the version, the small one first. */
const pages = {
  // Baileys rc14, fetchLatestWaWebVersion
  serviceWorker: { path: '/sw.js', headers: { 'user-agent': userAgent, 'sec-fetch-site': 'none' } },
  // whatsmeow, GetLatestVersion
  front: {
    path: '/',
    headers: {
      'user-agent': userAgent,
      'sec-fetch-dest': 'document',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-site': 'none',
    },
  },
} as const;

type Page = (typeof pages)[keyof typeof pages];

/**
 * The client version that the WhatsApp Web at `server` ("https://web.whatsapp.com") runs now, always asked through the
 * proxy: from the service worker, and from the front page when that fails or is slow. Undefined when no version is
 * found in time. It keeps no process alive.
 */
export async function fetchVersion(
  server: string,
  proxy: string | null,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<WhatsAppVersion | undefined> {
  const done = new AbortController();
  const stop = () => done.abort();
  const timer = setTimeout(stop, timeoutMs).unref();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const isSecure = server.startsWith('https:');
    const agent = proxy ? createProxy(proxy, isSecure, done.signal).agent : false;
    const ask = async (page: Page): Promise<WhatsAppVersion> => {
      const version = versionInPage(await read(server, page, agent, done.signal));
      if (!version) throw new Error(`${page.path} does not name a version`);
      return version;
    };
    const first = ask(pages.serviceWorker);
    const late = sleep(timeoutMs * headStart, undefined, { ref: false, signal: done.signal });
    const second = Promise.race([first, late])
      .catch(() => undefined)
      .then((found) => found ?? ask(pages.front));
    return await Promise.any([first, second]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    done.abort();
  }
}

/** The text of a page. The WebSocket loads node:http anyway; fetch would be loaded only for this. */
function read(
  server: string,
  { path, headers }: Page,
  agent: Agent | false,
  signal: AbortSignal,
): Promise<string> {
  const request = server.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, server), { headers, agent, signal }, (response) => {
      const parts: Buffer[] = [];
      let length = 0;
      response.on('error', reject);
      response.on('data', (part: Buffer) => {
        length += part.length;
        if (length > largestBytes) asked.destroy(new RangeError('the page is too long'));
        else parts.push(part);
      });
      response.on('end', () => resolve(Buffer.concat(parts).toString()));
      if (response.statusCode !== 200) asked.destroy(new Error(`${path}: ${String(response.statusCode)}`));
    });
    asked.on('socket', (socket) => socket.unref());
    asked.on('error', reject);
    asked.end();
  });
}
