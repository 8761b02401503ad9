import { ruleOf } from './close-table.ts';
import type { Close } from './close.ts';

/** Why WhatsApp bans an account for a while (whatsmeow, events.TempBanReason). */
const banReasons: Readonly<Record<number, string>> = {
  101: 'too many messages to people who do not have this number in their contacts',
  102: 'too many people have blocked this number',
  103: 'too many groups with people who do not have this number in their contacts',
  104: 'the same message to too many people',
  106: 'too many messages to a broadcast list',
};

/** How a connection ended, in words: "meaning, until 2026-11-21 18:00 UTC (402): why". */
export function closeSentence(close: Close): string {
  const { code, banCode, expiresAt, detail } = close;
  const until = expiresAt ? `, until ${minuteOf(expiresAt)}` : '';
  const number = code === null ? '' : ` (${String(code)})`;
  const more = [banCode === undefined ? '' : banWords(banCode), detail].filter(Boolean).join('; ');
  return `${ruleOf(close).meaning}${until}${number}${more && `: ${more}`}`;
}

function banWords(code: number): string {
  const reason = banReasons[code];
  return reason === undefined ? `ban code ${String(code)}` : `${reason} (ban code ${String(code)})`;
}

/** "2026-11-21 18:00 UTC" */
const minuteOf = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
