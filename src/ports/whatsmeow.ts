/** The row of one device in a database of whatsmeow. Private halves only, as there. */
export type WhatsmeowDevice = {
  /** "15551234567:12@s.whatsapp.net" */
  readonly jid: string;
  readonly lid: string | null;
  readonly registrationId: number;
  readonly noiseKey: Uint8Array;
  readonly identityKey: Uint8Array;
  readonly signedPreKey: Uint8Array;
  readonly signedPreKeyId: number;
  readonly signedPreKeySignature: Uint8Array;
  readonly advSecret: Uint8Array;
  readonly advDetails: Uint8Array;
  readonly accountSignature: Uint8Array;
  readonly accountSignatureKey: Uint8Array;
  readonly deviceSignature: Uint8Array;
  readonly platform: string;
  readonly pushName: string;
};

/** What a database of whatsmeow has on one device, of the right types and sizes; what is in the bytes is not checked. */
export type WhatsmeowRows = {
  readonly device: WhatsmeowDevice;
  readonly preKeys: readonly { readonly id: number; readonly key: Uint8Array }[];
  /** Addresses are "15551234567:0", or "987654321_1:0" for a lid. */
  readonly identities: readonly { readonly address: string; readonly key: Uint8Array }[];
  readonly signalSessions: readonly { readonly address: string; readonly record: Uint8Array }[];
  readonly senderKeys: readonly {
    readonly chat: string;
    readonly sender: string;
    readonly record: Uint8Array;
  }[];
  readonly appStateKeys: readonly {
    readonly id: Uint8Array;
    readonly data: Uint8Array;
    /** In seconds. */
    readonly timestamp: number;
  }[];
  readonly appStateVersions: readonly {
    readonly name: string;
    readonly version: number;
    readonly hash: Uint8Array;
  }[];
  /** The latest version comes last. */
  readonly appStateMacs: readonly {
    readonly name: string;
    readonly index: Uint8Array;
    readonly value: Uint8Array;
  }[];
  /** Times are in seconds. */
  readonly tokens: readonly {
    readonly jid: string;
    readonly token: Uint8Array;
    readonly timestamp: number;
    readonly senderTimestamp: number | null;
  }[];
  /** Users without servers: of all accounts in the database. */
  readonly lids: readonly { readonly lid: string; readonly pn: string }[];
  /** There are others: `lids` may be theirs. */
  readonly hasOthers: boolean;
  /** Rows that are not what whatsmeow writes, by table. */
  readonly unreadable: ReadonlyMap<string, number>;
};

/**
 * Reads a database of whatsmeow, and changes nothing in it. Without `jid` it must have one device; `jid` may be that of the account.
 * Throws UsageError, `file_damaged`, `file_locked`.
 */
export type ReadWhatsmeow = (path: string, jid: string | undefined) => Promise<WhatsmeowRows>;
