import type { Connection } from './connection.ts';
import type { Notifications } from './notifications.ts';
import { PhoneRefusedError } from './phone-refused-error.ts';
import { stanza } from './stanza.ts';

/**
 * The server's request for a new ADV secret (companion_reg_refresh, since July 2026; whatsmeow, pair.go). It follows a
 * scan: that scan fails, and the phone then links only with a QR that has another secret.
 */
export class RegistrationRefresh {
  readonly #connection: Connection;
  readonly #notifications: Notifications;
  readonly #retired: Buffer[] = [];
  #asked = 0;

  constructor(connection: Connection, notifications: Notifications) {
    this.#connection = connection;
    this.#notifications = notifications;
  }

  /**
   * Called when a phone has scanned a QR with this secret. Throws PhoneRefusedError when the secret is not accepted.
   */
  beforeLink(advSecret: Buffer): void {
    if (this.#retired.some((secret) => secret.equals(advSecret)))
      throw new PhoneRefusedError('this QR code was replaced: scan the new one');
    if (!this.#ask()) return;
    this.#retired.push(advSecret);
    throw new PhoneRefusedError('the device could not be linked: try again');
  }

  /** Called when the code was right. The secret made from it counts, even if the server asks for a new one now. */
  duringCode(): void {
    while (this.#ask());
  }

  /** Asks for a new secret if a fault orders it. Returns whether it did. */
  #ask(): boolean {
    const fault = this.#connection.fault('reg_refresh');
    if (!fault || this.#asked >= (fault.count ?? 1)) return false;
    this.#asked++;
    this.#notifications.send('companion_reg_refresh', [stanza(fault.form ?? 'companion_reg_refresh')]);
    return true;
  }
}
