import { createHash, randomBytes } from 'node:crypto';
import { makeAccount } from './account.ts';
import type { SandboxAccount } from './account.ts';
import { Authority } from './authority.ts';
import type { Connection, Said } from './connection.ts';
import type { Device } from './device.ts';
import { EventLog } from './event-log.ts';
import { FaultBank } from './fault-bank.ts';
import type { Fault, FaultKind } from './faults.ts';
import { hkdf } from './hkdf.ts';
import { keyPairFromSeed } from './key-pair.ts';
import type { SigningKeyPair } from './key-pair.ts';
import { Phone } from './phone.ts';

/** The options of a sandbox. Each has a default. */
export type SandboxOptions = {
  /** 0 (the default) takes a free port. */
  readonly port?: number;
  /** The root key and the accounts are derived from it. Without it, every sandbox is new. */
  readonly seed?: string;
  /** How long the first ref is honoured, then each other one. WhatsApp: 60 s, 20 s, and 6 refs. */
  readonly firstRefMs?: number;
  readonly refMs?: number;
  readonly refCount?: number;
  /** How long a pairing code is honoured. WhatsApp: about 180 s. */
  readonly codeMs?: number;
  /** How long a request for a passkey, and the proof of the device that was scanned, are honoured. WhatsApp: 600 s, 300 s. */
  readonly passkeyOptionsMs?: number;
  readonly passkeyHandoffMs?: number;
  /** The phone scans every QR that is shown to it with `show`, and types every code shown with `showCode`. */
  readonly autoScan?: boolean;
  /** How long the phone waits before it does; 0 by default. */
  readonly scanAfterMs?: number;
  /** The account of new phones. */
  readonly account?: Partial<SandboxAccount>;
  /** The version of WhatsApp Web that its pages name. */
  readonly clientVersion?: readonly [number, number, number];
  /** Older clients get failure 405; by default those that are older than `clientVersion`, if that is given. */
  readonly minClientVersion?: readonly [number, number, number];
  /** Called for every message, in the order in which the server sends and receives them. For tests. */
  readonly onSaid?: (said: Said) => void;
};

type NetworkOptions = Required<Omit<SandboxOptions, 'port' | 'seed' | 'minClientVersion' | 'onSaid'>> & {
  readonly minClientVersion: readonly [number, number, number] | undefined;
  readonly onSaid: ((said: Said) => void) | undefined;
};

const defaultOptions = {
  firstRefMs: 60_000,
  refMs: 20_000,
  refCount: 6,
  codeMs: 180_000,
  passkeyOptionsMs: 600_000,
  passkeyHandoffMs: 300_000,
  autoScan: false,
  scanAfterMs: 0,
  account: {},
  // The version that Baileys rc14 ships with, so that a client has nothing to update.
  clientVersion: [2, 3000, 1043857760],
} as const;

/** The state that all connections share: the signing keys, phones, devices and faults. */
export class Network {
  readonly options: NetworkOptions;
  readonly authority: Authority;
  readonly events = new EventLog();
  readonly faults = new FaultBank();
  readonly phones = new Map<string, Phone>();
  /** The linked devices of all phones, by address ("15550100001:1"). */
  readonly devices = new Map<string, Device>();
  readonly connections = new Set<Connection>();
  /** The HTTP origin, "http://127.0.0.1:PORT"; known once the server listens. */
  origin = '';
  #lastConnection = 0;
  readonly #seed: Buffer;

  constructor(options: SandboxOptions) {
    const { clientVersion, minClientVersion = clientVersion } = options;
    this.options = { onSaid: undefined, ...defaultOptions, ...options, minClientVersion };
    this.#seed =
      options.seed === undefined ? randomBytes(32) : createHash('sha256').update(options.seed).digest();
    this.authority = new Authority(this.#keyPair('root'), this.#keyPair('intermediate'));
  }

  /** The phone with this number (digits), created on first use. */
  phone(number: string): Phone {
    const known = this.phones.get(number);
    if (known !== undefined) return known;
    const phone = new Phone(number, this.#seed, makeAccount(structuredClone(this.options.account)));
    this.phones.set(number, phone);
    return phone;
  }

  /** A linked device by "15550100001:1", with or without "@s.whatsapp.net", or by its lid. */
  device(address: string): Device | undefined {
    const id = address.split('@')[0]?.split(':')[1];
    const phone = this.accountOf(address);
    return phone && this.devices.get(`${phone.number}:${Number(id ?? 0)}`);
  }

  /** The linked devices of a phone, oldest first. */
  devicesOf(phone: Phone): Device[] {
    return [...this.devices.values()].filter((device) => device.phone === phone);
  }

  /** The existing account behind a jid, a lid or "+15550100001", with or without a device. */
  accountOf(address: string): Phone | undefined {
    const [user = '', where] = address.split('@');
    const id = user.replace('+', '').split(':')[0] ?? '';
    if (where !== 'lid') return this.phones.get(id);
    return [...this.phones.values()].find(({ lidUser }) => lidUser === id);
  }

  /** A fault that hits before the server knows the client. */
  takeAnonymousFault(kind: FaultKind): Fault | undefined {
    const fault = this.faults.take(kind, {});
    if (fault !== undefined) this.events.emit({ kind: 'fault', connection: 0, fault: kind });
    return fault;
  }

  nextConnectionId(): number {
    return ++this.#lastConnection;
  }

  #keyPair(purpose: string): SigningKeyPair {
    return keyPairFromSeed(hkdf(this.#seed, Buffer.alloc(0), purpose, 32));
  }
}
