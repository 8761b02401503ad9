import type { Close } from '../domain/close.ts';
import { afterLook, isFailureOfMachine, takesShare, trusted } from '../domain/login-trust.ts';
import type { LoginTrust, SeenLogins } from '../domain/login-trust.ts';

/** What a serve has found when it last looked. */
export type Look = {
  readonly at: Date;
  /** How many sessions it should have. */
  readonly quota: number;
  /** How many should be online, and nobody holds. */
  readonly free: number;
};

export const moves = ['taken', 'handed_over'] as const;
export type Move = (typeof moves)[number];

/** Announced so often without a look it is blind: as long as a lease lasts. */
export const blindAfter = 3;

/**
 * Why another host is to have the share of this one: it does not see what is its to do, or no session can log in here, and some can
 * elsewhere.
 */
export type Aside = 'blind' | 'cut_off';

/** What metrics, the other hosts and /readyz are told of this serve's share. */
export class ShareState {
  readonly #moved = new Map<Move, number>();
  #last: Look | undefined;
  #announcedFor = 0;
  #logins: LoginTrust = trusted;
  #lastFailure: Close | undefined;

  /** The last look that came to its end. */
  get last(): Look | undefined {
    return this.#last;
  }

  /**
   * Whether it does not see what is its to do, although the store takes its announcements: it takes no session then, and another host is
   * to have its share. While the store is away nobody looks.
   */
  get #isBlind(): boolean {
    return this.#announcedFor >= blindAfter;
  }

  get aside(): Aside | undefined {
    if (this.#isBlind) return 'blind';
    return this.#logins.kind === 'trusted' ? undefined : 'cut_off';
  }

  /** Whether the others are to leave it a share. */
  get takesShare(): boolean {
    return !this.#isBlind && this.mayLogIn;
  }

  /** Whether it is to take sessions, as far as it is known that they can log in here. */
  get mayLogIn(): boolean {
    return takesShare(this.#logins);
  }

  /** Whether the others are to have what it holds. */
  get isCutOff(): boolean {
    return this.#logins.kind === 'cut_off';
  }

  /** How the last sessions that were tried here have failed. */
  get lastFailure(): Close | undefined {
    return this.#lastFailure;
  }

  /** Called once for each regular look: looks are counted. */
  sawLogins(seen: SeenLogins): void {
    this.#logins = afterLook(this.#logins, seen);
    this.#lastFailure = seen.own.find(isFailureOfMachine)?.close ?? this.#lastFailure;
  }

  looked(look: Look): void {
    this.#last = look;
    this.#announcedFor = 0;
  }

  /** The others were told that it is there; `part`: of the interval of announcements, how much has passed since the last time. */
  announced(part: number): void {
    this.#announcedFor += Math.min(part, 1);
  }

  note(move: Move, count = 1): void {
    this.#moved.set(move, this.moved(move) + count);
  }

  moved(move: Move): number {
    return this.#moved.get(move) ?? 0;
  }
}
