import { randomBytes } from 'node:crypto';
import type { Connection } from './connection.ts';
import { server, stanza } from './stanza.ts';
import type { Stanza } from './stanza.ts';

/** The server's address as clients write it: with an empty user, or the bare host (zapo). */
const serverAddresses = new Set<string | undefined>([server, server.slice(1)]);

/**
 * The notifications to a device that is not linked yet. The device must acknowledge each one before it can be linked.
 */
export class Notifications {
  readonly #connection: Connection;
  /** Types by id. */
  readonly #unacknowledged = new Map<string, string>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  send(type: string, content: readonly Stanza[]): void {
    const id = randomBytes(6).toString('hex');
    const t = String(Math.floor(Date.now() / 1000));
    this.#unacknowledged.set(id, type);
    this.#connection.send(stanza('notification', { from: server, type, id, t }, content));
  }

  /** The type that an ack is for; undefined when the ack is wrong. */
  acknowledge({ attrs }: Stanza): string | undefined {
    const id = attrs['id'] ?? '';
    const type = this.#unacknowledged.get(id);
    const isRight =
      attrs['class'] === 'notification' &&
      serverAddresses.has(attrs['to']) &&
      type !== undefined &&
      attrs['type'] === type;
    if (!isRight) return undefined;
    this.#unacknowledged.delete(id);
    return type;
  }

  /** The fault of a client that did not acknowledge a notification. */
  get fault(): string | undefined {
    const [type] = this.#unacknowledged.values();
    return type === undefined ? undefined : `the companion did not acknowledge the notification ${type}`;
  }
}
