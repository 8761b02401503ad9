import type { Archive, Opening, Sealing } from '../domain/archive.ts';
import type { NewSession } from '../domain/session-change.ts';
import type { Identity, Session } from '../domain/session.ts';
import type { WholeSession } from '../domain/whole-session.ts';
import type { WactlError } from '../errors.ts';

/** A file that is being made, or a stream. */
export interface OutputFile {
  /** Once. The file is whole and durable when it resolves, and gets its name then. Throws UsageError. */
  write(content: Uint8Array): Promise<void>;
  /** Leaves what was there before. */
  discard(): Promise<void>;
}

/** A folder of another program that is being made. */
export interface SessionFolder {
  /** Once. The folder is whole and durable when it resolves, and gets its name then. Throws UsageError. */
  write(credentials: NonNullable<WholeSession['credentials']>): Promise<void>;
  discard(): Promise<void>;
}

/** A session of another program. */
export type Foreign = {
  /** What an id can be made of. */
  readonly name: string;
  readonly identity: Identity;
  readonly credentials: NonNullable<WholeSession['credentials']>;
  /** Sentences on what a person should know. */
  readonly notes: readonly string[];
};

/** Formats of files that hold sessions. Nothing here knows a store. */
export interface SessionFiles {
  /** Throws UsageError for a recipient that is none. */
  seal(archive: Archive, sealing: Sealing, armored: boolean): Promise<Uint8Array>;
  /**
   * The sessions in a sealed file, which is checked whole. `name` is what a person calls it. Throws `file_damaged`, `file_locked`,
   * UsageError.
   */
  open(file: Uint8Array, name: string, opening: Opening): Promise<Archive>;
  /** Throws UsageError at once when nothing can be written there. */
  output(path: string): Promise<OutputFile>;
  /** A folder of Baileys' useMultiFileAuthState, checked whole. Throws UsageError, `file_damaged`. */
  readBaileys(directory: string, now: Date): Promise<Foreign>;
  /**
   * A device in an SQLite file of whatsmeow, checked whole; `jid` says which one where there are several. Throws UsageError,
   * `file_damaged`, `in_use`.
   */
  readWhatsmeow(path: string, jid: string | undefined, now: Date): Promise<Foreign>;
  /** A new one. Throws UsageError for a folder that has something in it. */
  newBaileys(directory: string): Promise<SessionFolder>;
}

export type ExportOptions = {
  readonly signal: AbortSignal;
  readonly sealing: Sealing;
  readonly armored: boolean;
  /** Opens what it goes to, before anything is changed. */
  readonly open: (files: SessionFiles) => Promise<OutputFile>;
};

/** What an import would do; nothing is stored yet. */
export type ImportPlan = {
  readonly kind: Archive['kind'];
  /** As they will be. */
  readonly sessions: readonly Session[];
  /** Those that are here under the same ids: they will be lost. */
  readonly replaced: readonly Session[];
  /** What comes with a backup, and what it takes the place of. */
  readonly rest: {
    readonly settings: readonly string[];
    readonly replacedSettings: readonly string[];
    readonly tokens: readonly string[];
    readonly replacedTokens: readonly string[];
    /** Webhook events. */
    readonly waiting: number;
  };
  /** Sentences on what a person should know. */
  readonly notes: readonly string[];
  /** Stores all of them, or throws: `in_use` when a process holds one that is replaced, `already_exists` for a new one. */
  readonly store: () => Promise<void>;
};

export type ImportOptions = {
  readonly signal: AbortSignal;
  /** Another id, for a file with one session. */
  readonly as?: string | undefined;
};

export type ForeignOptions = ImportOptions & {
  /** What belongs to the session from then on. */
  readonly settings: Pick<NewSession, 'webhook' | 'proxy' | 'endpoint'>;
};

export type BackedUp = {
  readonly archive: Archive;
  /** Why sessions are missing in it: their stored data is damaged. */
  readonly left: readonly WactlError[];
};

/** Sessions out of this machine's store, and into it. */
export interface Transfer {
  /** Copies of sessions, which may be online meanwhile. Throws `store_damaged`. */
  copy(ids: readonly string[], options: ExportOptions): Promise<void>;
  /**
   * Moves sessions away: takes them offline and fences them, then writes the file. If that fails, they are as before, but for being
   * offline. Throws `fenced`, `store_damaged`.
   */
  move(ids: readonly string[], options: ExportOptions): Promise<void>;
  /** Moves a session into a new folder of Baileys' useMultiFileAuthState. Throws as `move`, and `not_paired`. */
  moveToBaileys(id: string, directory: string, signal: AbortSignal): Promise<void>;
  /** A copy of everything: sessions that can be read, events that wait, tokens and settings. */
  backUp(options: ExportOptions): Promise<BackedUp>;
  /** Reads a sealed file. Throws `file_damaged`, `file_locked`, `already_exists` when a device is here under another id. */
  planImport(file: Uint8Array, name: string, opening: Opening, options: ImportOptions): Promise<ImportPlan>;
  /** Reads a folder of Baileys. The session is not fenced: its program is to be stopped. Throws as `planImport`. */
  planFromBaileys(directory: string, options: ForeignOptions): Promise<ImportPlan>;
  /** The same for a device in a database of whatsmeow. */
  planFromWhatsmeow(path: string, jid: string | undefined, options: ForeignOptions): Promise<ImportPlan>;
}
