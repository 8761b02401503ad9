import type { Close } from './close.ts';
import { ruleOf } from './close-table.ts';

/** What a `serve` has found out, look by look, of whether sessions can log in on its machine. */
export type LoginTrust =
  /** `failed`: at so many looks in a row none could log in here, and some could elsewhere. */
  | { readonly kind: 'trusted'; readonly failed: number }
  /** The others have its sessions, for so many more looks. */
  | { readonly kind: 'cut_off'; readonly looksLeft: number; readonly nextRest: number }
  /** It takes some again, once, and sees whether they can log in. */
  | {
      readonly kind: 'on_trial';
      readonly failed: number;
      readonly hasSome: boolean;
      readonly nextRest: number;
    };

export type SeenLogins = {
  /** Its sessions that another host could have. `close`: why each is not logged in, as far as that has been tried. */
  readonly own: readonly { readonly close: Close | null }[];
  /** Whether any session is logged in here. */
  readonly isOnlineHere: boolean;
  /** Whether another host is there to take sessions, and whether one of these has a session logged in. */
  readonly others: 'none' | 'offline' | 'online';
};

/** As long as a lease lasts: six looks. */
export const looksUntilCutOff = 6;
/** Two terms of a lease, which is a minute, and an hour. */
const [firstRest, longestRest] = [12, 720];

export const trusted: LoginTrust = { kind: 'trusted', failed: 0 };

export const isFailureOfMachine = ({ close }: { readonly close: Close | null }): boolean =>
  close !== null && ruleOf(close).isOfMachine === true;

/** Counts looks, not time: the clock of the machine may be what is wrong. */
export function afterLook(before: LoginTrust, { own, isOnlineHere, others }: SeenLogins): LoginTrust {
  if (isOnlineHere || others === 'none') return trusted;
  if (before.kind === 'cut_off') {
    const { looksLeft, nextRest } = before;
    if (looksLeft > 1) return { ...before, looksLeft: looksLeft - 1 };
    return { kind: 'on_trial', failed: 0, hasSome: false, nextRest };
  }
  const hasSome = own.length > 0;
  const mayFareBetter = own.some(isFailureOfMachine);
  const failed = others === 'online' && mayFareBetter ? before.failed + 1 : 0;
  const isOnTrial = before.kind === 'on_trial';
  const isConfirmed = isOnTrial && failed > 0 && own.every(({ close }) => close !== null);
  if (failed < looksUntilCutOff && !isConfirmed)
    return isOnTrial ? { ...before, failed, hasSome } : { kind: 'trusted', failed };
  const rest = isOnTrial ? before.nextRest : firstRest;
  return { kind: 'cut_off', looksLeft: rest, nextRest: Math.min(rest * 2, longestRest) };
}

/** Whether the others are to leave it a share. One on trial takes what they let go of at first, and waits how that fares. */
export const takesShare = (trust: LoginTrust): boolean =>
  trust.kind === 'trusted' || (trust.kind === 'on_trial' && !trust.hasSome);
