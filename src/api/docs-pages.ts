import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import type { ApiDocs, WebFile } from '../ports/page.ts';
import type { Page } from './app.ts';
import { pageAnswer } from './page-answer.ts';

const unpack = promisify(brotliDecompress);

/** The page that shows /openapi.json, and its files, by path. They are read when a browser asks for them. */
export const docsPages = (docs: () => Promise<ApiDocs>): Readonly<Record<string, Page>> => ({
  '/docs': { answer: async () => pageAnswer((await docs()).page) },
  '/docs/viewer.js': { answer: async (request) => fileAnswer((await docs()).viewer, request) },
  '/docs/viewer.css': { answer: async (request) => fileAnswer((await docs()).viewerStyle, request) },
});

/** Browsers take Brotli over https and on this machine. Others get the file as it was. */
async function fileAnswer({ path, type }: WebFile, { headers }: Request): Promise<Response> {
  const packed = await readFile(path);
  const takesPacked = /(?:^|,)\s*br\s*(?:,|$)/i.test(headers.get('accept-encoding') ?? '');
  return new Response(takesPacked ? packed : await unpack(packed), {
    headers: {
      'content-type': `${type}; charset=utf-8`,
      vary: 'accept-encoding',
      'cross-origin-resource-policy': 'same-origin',
      ...(takesPacked && { 'content-encoding': 'br' }),
    },
  });
}
