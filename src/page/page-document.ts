import { createHash } from 'node:crypto';
import type { WebPage } from '../ports/page.ts';

type Parts = {
  readonly script: string;
  readonly style: string;
  /** Where there is no JavaScript. */
  readonly without: string;
  /** What it may do besides, by directive of its Content-Security-Policy. */
  readonly policy?: Readonly<Partial<Record<'script-src' | 'style-src' | 'trusted-types', string>>>;
};

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** A page that is the same for everybody: its script puts everything into it, and what is secret comes later. */
export const webPage = ({ script, style, without, policy = {} }: Parts): WebPage => ({
  html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>wactl</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main><noscript><p>${without}</p></noscript></main>
<script>${script}</script>
</body>
</html>
`,
  // It may run its own script, ask its own server, and show pictures that came with the answers.
  headers: {
    'content-security-policy': [
      "default-src 'none'",
      ['script-src', hashOf(script), policy['script-src'] ?? []].flat().join(' '),
      ['style-src', hashOf(style), policy['style-src'] ?? []].flat().join(' '),
      "connect-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      `trusted-types ${policy['trusted-types'] ?? "'none'"}`,
    ].join('; '),
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  },
});
