/** The groups of operations. */
export const tags = [
  { name: 'sessions', description: 'Sessions as they are kept: made, listed, shown, changed, deleted.' },
  { name: 'pairing', description: 'Linking a session to a phone, by QR or by code.' },
  { name: 'connection', description: 'Whether a session is logged in, and bringing it online and offline.' },
  { name: 'events', description: 'What happens: as a stream, and delivered to webhooks.' },
  { name: 'service', description: 'The process itself: its health, its metrics, its tokens.' },
] as const;

/** The group of the operation with this path. */
export function tagOf(path: string): (typeof tags)[number]['name'] {
  if (/\/(?:qr|pair|passkey)\b/.test(path)) return 'pairing';
  if (/\/(?:status|connect|disconnect|restart|logout|device)$/.test(path)) return 'connection';
  if (/\/(?:webhooks?|events|stream-tickets)\b/.test(path)) return 'events';
  return path.startsWith('/api/v1/sessions') ? 'sessions' : 'service';
}

/** The first sentence, or its first part, without a full stop. */
export const summaryOf = (description: string): string =>
  (/^.*?(?=[.;](?: |$)|$)/.exec(description)?.[0] ?? description).replace(/[.:]$/, '');
