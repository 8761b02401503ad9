import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createProxy } from './proxy.ts';
import { userAgent } from './fetch-version.ts';

/** The first answer of a server. */
export type ServerAnswer = {
  readonly status: number;
  /** What its `Date` header says; null when it has none. */
  readonly date: Date | null;
  /** The middle between question and answer, by the clock of this machine. */
  readonly askedAt: Date;
};

/** Asks a server ("https://web.whatsapp.com") for a small page, through the proxy if there is one. Throws the network's error. */
export function askServer(
  server: string,
  proxy: string | null,
  now: () => Date,
  signal: AbortSignal,
): Promise<ServerAnswer> {
  const isSecure = server.startsWith('https:');
  const agent = proxy ? createProxy(proxy, isSecure, signal).agent : false;
  const before = now().getTime();
  return new Promise((resolve, reject) => {
    const options = { method: 'HEAD', agent, signal, headers: { 'user-agent': userAgent } };
    const asked = (isSecure ? httpsRequest : httpRequest)(
      new URL('/robots.txt', server),
      options,
      (response) => {
        const { statusCode: status = 0, headers } = response;
        const date = new Date(headers.date ?? NaN);
        const askedAt = new Date((before + now().getTime()) / 2);
        resolve({ status, date: Number.isNaN(date.getTime()) ? null : date, askedAt });
        asked.destroy();
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}
