import { stripVTControlCharacters } from 'node:util';
import { getBinaryNodeChild } from '@whiskeysockets/baileys';
import type { BinaryNode } from '@whiskeysockets/baileys';
import { reasonOfCode } from '../domain/close.ts';
import { Ending, reasonInPhase } from './ending.ts';
import type { EndingDetails, Phase } from './ending.ts';

const longestText = 200;
const longestBanSeconds = 10 * 365 * 86_400;

/**
 * `<failure reason=…>` in answer to a login or a registration. An unknown code is final: a retry would look like an
 * attack (whatsmeow, handleConnectFailure). Baileys drops its other attributes (rc14, Socket/socket.js).
 */
export function endingOfFailure({ attrs }: BinaryNode, phase: Phase): Ending {
  const code = numberIn(attrs['reason']) ?? null;
  const reason = code === null ? 'refused' : reasonOfCode(code, 'refused');
  return new Ending(reasonInPhase(reason, code, phase), code, { ...banIn(attrs), ...textIn(attrs) });
}

/**
 * `<stream:error>` about this device; undefined when Baileys' own reading is right. Only `device_removed` says that the
 * device is unlinked (whatsmeow, handleStreamError); Baileys takes any 401 for that, and any conflict for `replaced`.
 */
export function endingOfStreamError(stanza: BinaryNode, phase: Phase): Ending | undefined {
  const conflict = getBinaryNodeChild(stanza, 'conflict')?.attrs['type'];
  if (conflict === 'device_removed') return new Ending(reasonInPhase('logged_out', 401, phase), 401);
  if (conflict === 'replaced') return new Ending('replaced', 440);
  if (numberIn(stanza.attrs['code']) !== 401) return undefined;
  return new Ending(reasonInPhase('unauthorized', 401, phase), 401);
}

type Attrs = BinaryNode['attrs'];

/** A temporary ban's reason, and when it ends. */
function banIn({ code, expire }: Attrs): EndingDetails {
  const banCode = numberIn(code);
  const seconds = numberIn(expire) ?? 0;
  const ends = seconds > 0 && seconds <= longestBanSeconds;
  return {
    ...(banCode === undefined ? {} : { banCode }),
    ...(ends ? { expiresAt: new Date(Date.now() + seconds * 1000) } : {}),
  };
}

/** WhatsApp's text for people. */
function textIn(attrs: Attrs): EndingDetails {
  const texts = ['message', 'logout_message_header', 'logout_message_subtext'].map((name) =>
    lineOf(attrs[name]),
  );
  const detail = texts.filter(Boolean).join('. ');
  return detail === '' ? {} : { detail };
}

/** One line, shortened, without control characters, because the text comes from outside and is stored. */
function lineOf(text: string | undefined): string {
  const characters = [
    ...stripVTControlCharacters(text ?? '')
      .replaceAll(/[\p{Cc}\s]+/gu, ' ')
      .trim(),
  ];
  return characters.length > longestText
    ? `${characters.slice(0, longestText).join('')}…`
    : characters.join('');
}

const numberIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
