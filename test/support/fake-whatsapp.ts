import type { Close, CloseReason } from '../../src/domain/close.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Identity } from '../../src/domain/session.ts';
import type { Connection, ConnectRequest, WhatsApp } from '../../src/ports/whatsapp.ts';
import type { ConnectionEvent } from '../../src/domain/connection-event.ts';
import type { Profile } from '../../src/domain/profile.ts';

/** The companion that fake pairings and logins make. */
export const somebody: Identity = {
  phoneNumber: '15551234567',
  whatsappJid: '15551234567:12@s.whatsapp.net',
  lid: '987654321:12@lid',
  platform: 'android',
  pushName: 'Ada',
};

export const someProfile: Profile = {
  phone: somebody.phoneNumber,
  whatsappJid: '15551234567@s.whatsapp.net',
  pushName: 'Ada',
};

/** The far end of one fake connection, which the test controls. */
export class FakeLine {
  readonly request: ConnectRequest;
  readonly connection: Connection;
  /** Answers of the connection's methods; a script may replace them. */
  profile: (signal?: AbortSignal) => Promise<Profile> = () => Promise.resolve(someProfile);
  logout: (signal?: AbortSignal) => Promise<void> = () => Promise.resolve();
  answerPasskey: (assertion: string) => void = () => undefined;
  confirmPasskey: () => void = () => undefined;
  /** Whether closing it waits for the test. */
  isSlow = false;
  /** Whether the phone's first messages wait for the test. */
  syncsLate = false;
  /** Whether this side was asked to close it. */
  hungUp = false;
  isOpen = true;
  /** When WhatsApp last sent anything on it. */
  heardAt: Date | null = null;
  readonly #emit: (event: ConnectionEvent) => void;
  readonly #parts: FakeParts;
  #tellSynced: () => void = () => undefined;
  #settle: (close: Close) => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;

  constructor(parts: FakeParts, request: ConnectRequest, emit: (event: ConnectionEvent) => void) {
    this.#parts = parts;
    this.request = request;
    this.#emit = emit;
    const closed = new Promise<Close>((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
    const heardAt = (): Date | null => this.heardAt;
    this.connection = {
      closed,
      get lastHeardAt() {
        return heardAt();
      },
      synced: new Promise((resolve) => (this.#tellSynced = resolve)),
      profile: (signal) => this.profile(signal),
      logout: (signal) => this.logout(signal),
      answerPasskey: (assertion) => this.answerPasskey(assertion),
      confirmPasskey: () => this.confirmPasskey(),
      close: () => {
        this.hungUp = true;
        if (!this.isSlow) this.closes('ended_here');
        return closed.then(nothing, nothing);
      },
    };
  }

  /** Emits an event; a closed connection emits none. */
  tells(event: ConnectionEvent): void {
    if (!this.isOpen) throw new Error(`the fake connection is closed: ${event.kind}`);
    this.#emit(event);
  }

  qr(seq: number): void {
    const expiresAt = new Date(this.#parts.clock.now().getTime() + 60_000);
    this.tells({ kind: 'qr', payload: `payload-${String(seq)}`, seq, expiresAt, rescan: false });
  }

  message(id: string): void {
    const at = this.#parts.clock.now();
    this.tells({ kind: 'message', message: { id, from: '15550000001', pushName: 'Bob', at, text: 'hi' } });
  }

  /** Proves and stores a pairing, as the engine does before it reports it. */
  async pairs(identity = somebody): Promise<void> {
    const creds = { creds: Buffer.from('creds'), keys: [] };
    await this.request.credentials.commitPairing(this.request.session.id, creds);
    this.tells({ kind: 'paired', identity });
  }

  logsIn(identity = somebody): void {
    this.tells({ kind: 'connected' });
    this.tells({ kind: 'logged_in', identity });
    if (!this.syncsLate) this.syncs();
  }

  /** The phone has delivered its first messages. */
  syncs(): void {
    this.#tellSynced();
  }

  /** Ends as the engine does when its store fails. */
  breaks(error: Error): void {
    this.isOpen = false;
    this.#fail(error);
  }

  closes(reason: CloseReason, code: number | null = null): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#settle({ reason, code, at: this.#parts.clock.now() });
  }
}

/** A pairing code on show, for the phone that asked for it. */
export const someCode = ({ request }: FakeLine): ConnectionEvent => ({
  kind: 'pair_code',
  code: 'ABCDEFGH',
  phone: request.goal.kind === 'pair_by_code' ? request.goal.phone : '',
  seq: 1,
  expiresAt: new Date('2026-03-01T12:03:00.000Z'),
});

const nothing = (): void => undefined;

type FakeParts = { readonly clock: Clock };
export type Script = (line: FakeLine) => void | Promise<void>;

/** An engine whose connections play the scripts in order; a connection without a script fails. */
export class FakeWhatsApp implements WhatsApp {
  readonly info = {
    name: 'fake',
    version: '1',
    whatsappVersion: '2.3000.1',
    whatsappVersionSource: 'bundled' as const,
    whatsappVersionFetchedAt: null,
  };
  readonly lines: FakeLine[] = [];
  refreshes = 0;
  refresh: (signal?: AbortSignal) => Promise<boolean> = () => Promise.resolve(true);
  readonly #parts: FakeParts;
  readonly #scripts: Script[];

  constructor(parts: FakeParts, scripts: readonly Script[]) {
    this.#parts = parts;
    this.#scripts = [...scripts];
  }

  /** The newest connection. */
  get line(): FakeLine {
    const line = this.lines.at(-1);
    if (!line) throw new Error('nobody has connected');
    return line;
  }

  connect(request: ConnectRequest, onEvent: (event: ConnectionEvent) => void): Connection {
    const script = this.#scripts.shift();
    if (!script) throw new Error(`connection ${String(this.lines.length + 1)} has no script`);
    const line = new FakeLine(this.#parts, request, onEvent);
    this.lines.push(line);
    queueMicrotask(() => void script(line));
    return line.connection;
  }

  refreshVersion(_session: unknown, signal?: AbortSignal): Promise<boolean> {
    this.refreshes += 1;
    return this.refresh(signal);
  }
}
