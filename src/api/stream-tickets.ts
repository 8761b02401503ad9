import { randomBytes } from 'node:crypto';
import type { Access } from '../domain/token.ts';
import type { Clock } from '../ports/clock.ts';

const ticketBytes = 32;
const lifetimeMs = 30_000;
/** Of tickets that nobody has used yet. */
const mostTickets = 1_000;

type Ticket = { readonly access: Access; readonly expiresAt: Date };

/**
 * Tickets for streams: a browser's EventSource sends no header, and a token in an address would be written to the logs on its
 * way. A ticket is good once, for a short time, in this process, and for what the token may do that asked for it.
 */
export class StreamTickets {
  readonly #clock: Clock;
  /** The oldest first. */
  readonly #tickets = new Map<string, Ticket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the place of the oldest ticket when there are too many. */
  issue(access: Access): { readonly ticket: string; readonly expiresAt: Date } {
    const ticket = randomBytes(ticketBytes).toString('base64url');
    const expiresAt = new Date(this.#clock.now().getTime() + lifetimeMs);
    this.#tickets.set(ticket, { access, expiresAt });
    const [oldest] = this.#tickets.keys();
    if (this.#tickets.size > mostTickets && oldest !== undefined) this.#tickets.delete(oldest);
    return { ticket, expiresAt };
  }

  /** What it is good for; undefined when it was never issued, was taken before, or is too old. */
  take(ticket: string): Access | undefined {
    const found = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    return found && found.expiresAt > this.#clock.now() ? found.access : undefined;
  }
}
