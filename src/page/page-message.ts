import { showPairCode } from '../domain/pair-code.ts';
import { passkeyOrigin } from '../domain/passkey-options.ts';
import type { PageView } from '../ports/page.ts';

/** What is on show: a code stays there when a wrong one was typed. */
export type ShownView =
  | Exclude<PageView, { kind: 'pair_code' | 'wrong_code' }>
  | (Extract<PageView, { kind: 'pair_code' }> & { readonly wasWrong?: boolean });

/** What is on show after `next`. */
export function viewAfter(shown: ShownView, next: PageView): ShownView {
  if (next.kind !== 'wrong_code') return next;
  return shown.kind === 'pair_code' ? { ...shown, wasWrong: true } : shown;
}

/** All that the page's script knows: it puts these words in their places, and counts down. */
export type PageMessage = {
  readonly title: string;
  readonly tone: 'waiting' | 'good' | 'bad';
  /** A line below the title. */
  readonly detail?: string;
  readonly steps?: readonly string[];
  /** A data URL, with words for a person who cannot see it. */
  readonly picture?: { readonly url: string; readonly words: string };
  /** "ABCD-EFGH" */
  readonly code?: string;
  /** How long the picture or the code is valid, and what the title becomes then. */
  readonly expiry?: {
    readonly leftMs: number;
    readonly words: string;
    /** Whether another one comes. */
    readonly isRenewed: boolean;
    /** Until the pairing ends, where that is known and later. */
    readonly pairingLeftMs?: number;
  };
  /** Nothing comes after it. */
  readonly isLast?: boolean;
};

const qrExpiry = (leftMs: number, pairingLeftMs: number | undefined): NonNullable<PageMessage['expiry']> =>
  pairingLeftMs !== undefined && pairingLeftMs <= leftMs
    ? { leftMs: pairingLeftMs, words: 'This QR code has expired.', isRenewed: false }
    : {
        leftMs,
        words: 'This QR code has expired. Waiting for the next one…',
        isRenewed: true,
        ...(pairingLeftMs === undefined ? {} : { pairingLeftMs }),
      };

const codeTitle = ({ isNew, wasWrong }: Extract<ShownView, { kind: 'pair_code' }>): string => {
  if (wasWrong) return 'Not linked yet. Perhaps a wrong code was typed: type this one';
  return isNew ? 'WhatsApp asked for a new code: type this one' : 'Type this code on your phone';
};

const linkedDevices = 'Open Settings > Linked devices > Link a device.';

/** The view in words, at this moment. Draws nothing itself. */
export async function pageMessage(
  view: ShownView,
  now: Date,
  qrUrl: (payload: string) => Promise<string>,
): Promise<PageMessage> {
  const leftMs = (expiresAt: Date): number => Math.max(0, expiresAt.getTime() - now.getTime());
  switch (view.kind) {
    case 'waiting':
      return { title: view.words, tone: 'waiting' };
    case 'qr':
      return {
        title: view.rescan ? 'Scan once more: WhatsApp asks for it' : 'Scan this QR code with your phone',
        tone: 'waiting',
        steps: ['Open WhatsApp on your phone.', linkedDevices, 'Point the camera at this code.'],
        picture: {
          url: await qrUrl(view.payload),
          words:
            'QR code that links this device. If you cannot scan it, pair by a code that you type instead.',
        },
        expiry: qrExpiry(leftMs(view.expiresAt), view.pairingEndsAt && leftMs(view.pairingEndsAt)),
      };
    case 'pair_code':
      return {
        title: codeTitle(view),
        tone: 'waiting',
        detail: `For the phone +${view.phone}`,
        steps: [
          'Open WhatsApp on that phone.',
          linkedDevices,
          'Tap “Link with phone number instead”.',
          'Type the code.',
        ],
        code: showPairCode(view.code),
        expiry: { leftMs: leftMs(view.expiresAt), words: 'This code has expired.', isRenewed: false },
      };
    case 'passkey':
      return {
        title: 'This account asks for its passkey',
        tone: 'waiting',
        steps: [
          `Open ${passkeyOrigin} in the browser that has the passkey.`,
          'Open its console (F12), paste the line below, press Enter, and use the passkey.',
          'Paste below what it prints.',
        ],
        expiry: {
          leftMs: leftMs(view.expiresAt),
          words: 'The request for the passkey has expired.',
          isRenewed: false,
        },
      };
    case 'passkey_code':
      return {
        title: view.needsConfirmation
          ? 'Does the phone show the same code?'
          : 'The passkey was accepted. The phone shows this code',
        tone: 'waiting',
        code: showPairCode(view.code),
      };
    case 'linked':
      return {
        title: view.phone === null ? 'Linked' : `Linked as +${view.phone}`,
        tone: 'good',
        ...(view.pushName === null ? {} : { detail: view.pushName }),
        steps: ['You can close this page.'],
        isLast: true,
      };
    case 'failed':
      return {
        title: 'The pairing has ended',
        tone: 'bad',
        detail: view.message,
        ...(view.hint === undefined ? {} : { steps: [view.hint] }),
        isLast: true,
      };
  }
}
