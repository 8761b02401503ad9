import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Network } from './network.ts';

/** The pages of WhatsApp Web that name its version, and the faults that hit them. */
const pages = { '/sw.js': 'service_worker', '/': 'front_page' } as const;

export const isVersionPage = (path: string): path is keyof typeof pages => Object.hasOwn(pages, path);

/** Answers like the page, which contains `"client_revision":1043857760`. */
export function answerVersionPage(
  network: Network,
  path: keyof typeof pages,
  { headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const revision = network.options.clientVersion[2];
  const text = `self.__swData=JSON.parse("{\\"client_revision\\":${revision},\\"dynamic_data\\":{}}");`;
  // The front page names no version to a client that does not navigate like a browser.
  const isForThem = path !== '/' || headers['sec-fetch-mode'] === 'navigate';
  switch (network.takeAnonymousFault(pages[path])?.answer) {
    case '404':
      return void response.writeHead(404).end();
    case 'slow':
      return;
    case 'rubbish':
      return void response.end('<!DOCTYPE html><title>Update your browser</title>');
    case 'two_revisions':
      return void response.end(`${text} "client_revision":${revision + 1}`);
    case undefined:
      return void response.end(isForThem ? text : '');
  }
}
