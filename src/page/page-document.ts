import { createHash } from 'node:crypto';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';

/** The page, the same for everybody: what is secret comes by events. */
export const pageDocument = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>wactl</title>
<link rel="icon" href="data:,">
<style>${pageStyle}</style>
</head>
<body>
<main>
<div role="status">
<h1 id="title">Connecting…</h1>
<p id="detail" dir="auto" hidden></p>
</div>
<img id="qr" alt="" hidden>
<p id="code" hidden><span id="seen" aria-hidden="true"></span><span id="spoken" class="unseen"></span></p>
<p id="left" role="timer" hidden></p>
<ol id="steps" hidden></ol>
<noscript><p>This page needs JavaScript. Without it, pair in the terminal.</p></noscript>
<footer id="about">This page comes from wactl on this computer. It ends with the pairing; Ctrl-C in the terminal stops both.</footer>
</main>
<script>${pageScript}</script>
</body>
</html>
`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** On every answer. The page may run its own script, get its own events, and show pictures that came with them. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    `script-src ${hashOf(pageScript)}`,
    `style-src ${hashOf(pageStyle)}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
