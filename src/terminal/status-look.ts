import { sessionStatuses } from '../domain/session.ts';
import type { SessionStatus } from '../domain/session.ts';
import type { Palette } from './palette.ts';

const looks: Readonly<Record<SessionStatus, keyof Palette>> = {
  disconnected: 'faint',
  connecting: 'busy',
  waiting_for_qr: 'busy',
  waiting_for_pair_code: 'busy',
  waiting_for_passkey: 'busy',
  connected: 'busy',
  logged_in: 'good',
  logged_out: 'bad',
  failed: 'bad',
};

/** Colours text under the title `status` that says one ("logged in", "failed (banned)"); other text stays as it is. */
export function paintStatus(title: string, text: string, palette: Palette): string {
  if (title.toLowerCase() !== 'status') return text;
  const word = text.replace(/ \(.*/, '').replaceAll(' ', '_');
  if (word === 'offline') return palette.faint(text);
  if (word === 'not_paired') return palette.busy(text);
  const status = sessionStatuses.find((known) => known === word);
  return status === undefined ? text : palette[looks[status]](text);
}
