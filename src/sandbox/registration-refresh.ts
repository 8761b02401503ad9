import type { Connection } from './connection.ts';
import type { Notifications } from './notifications.ts';
import { PhoneRefusedError } from './qr.ts';
import { stanza } from './stanza.ts';

/**
 * The server's wish for a new ADV secret (companion_reg_refresh, since July 2026; whatsmeow, pair.go): it comes after a
 * scan, the phone fails then, and links only by a QR with another secret.
 */
export class RegistrationRefresh {
  private readonly connection: Connection;
  private readonly notifications: Notifications;
  private readonly retired: Buffer[] = [];
  private asked = 0;

  constructor(connection: Connection, notifications: Notifications) {
    this.connection = connection;
    this.notifications = notifications;
  }

  /** A phone has scanned a QR with this secret. Throws PhoneRefusedError when that one will not do. */
  beforeLink(advSecret: Buffer): void {
    if (this.retired.some((secret) => secret.equals(advSecret)))
      throw new PhoneRefusedError('this QR code was replaced: scan the new one');
    if (!this.ask()) return;
    this.retired.push(advSecret);
    throw new PhoneRefusedError('the device could not be linked: try again');
  }

  /** The code was right. The secret that it has made is the one that counts, whatever is asked for now. */
  duringCode(): void {
    while (this.ask());
  }

  /** Asks if that was ordered. Says whether. */
  private ask(): boolean {
    const fault = this.connection.fault('reg_refresh');
    if (!fault || this.asked >= (fault.count ?? 1)) return false;
    this.asked++;
    this.notifications.send('companion_reg_refresh', [stanza(fault.form ?? 'companion_reg_refresh')]);
    return true;
  }
}
