import type { WebPage } from '../ports/page.ts';

/** The same for everybody: what is asked for from there needs the token. */
export const pageAnswer = ({ html, headers }: WebPage): Response =>
  new Response(html, { headers: { ...headers, 'content-type': 'text/html; charset=utf-8' } });
