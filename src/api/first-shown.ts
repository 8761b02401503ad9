import type { Clock } from '../ports/clock.ts';
import { WactlError } from '../errors.ts';
import type { Session } from '../domain/session.ts';
import { startDeadline } from '../domain/deadline.ts';
import type { Pairing } from './pairings.ts';
import type { HolderEvent } from '../domain/held.ts';

type Shown<K extends HolderEvent['kind']> = Extract<HolderEvent, { kind: K }>;

type FirstShownOptions = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly except?: string | undefined;
};

/** The first result: a QR or code that is still valid, or the login. */
export type FirstShown<K extends HolderEvent['kind']> =
  { readonly shown: Shown<K> } | { readonly session: Session };

/**
 * Waits for it. `except`: the QR that is not valid any more. Throws the error that ended the pairing, `timed_out`, `passkey_required`
 * when WhatsApp asks for the passkey of the account first, or the signal's reason; the pairing goes on.
 */
export async function firstShown<K extends 'qr' | 'pair_code'>(
  pairing: Pairing,
  kind: K,
  { clock, signal, timeoutMs, except }: FirstShownOptions,
): Promise<FirstShown<K>> {
  const deadline = startDeadline(clock, signal, timeoutMs, () => new WactlError('timed_out', late, again));
  let unfollow: () => void = () => undefined;
  try {
    return await new Promise((resolve, reject) => {
      const giveUp = (): void => reject(deadline.signal.reason as Error);
      if (deadline.signal.aborted) giveUp();
      deadline.signal.addEventListener('abort', giveUp, { once: true });
      unfollow = pairing.follow((event) => {
        if (event.kind === 'passkey' && event.expiresAt > clock.now()) reject(passkeyAsked(pairing.id));
        const isIt =
          event.kind === kind &&
          (event as Shown<'qr' | 'pair_code'>).expiresAt > clock.now() &&
          !(event.kind === 'qr' && event.payload === except);
        if (isIt) {
          resolve({ shown: event as Shown<K> });
        }
      });
      pairing.ended.then(({ session }) => resolve({ session }), reject);
    });
  } finally {
    unfollow();
    deadline.end();
  }
}

const passkeyAsked = (id: string): WactlError =>
  new WactlError(
    'passkey_required',
    `${id}: the account asks for its passkey before it links`,
    `answer with the passkey: wactl passkey ${id}`,
  );

const late = 'WhatsApp gave no QR or code in time';
const again = 'pairing goes on: ask again';
