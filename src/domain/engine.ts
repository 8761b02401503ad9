/**
 * Where the engine has its version of WhatsApp Web from: the settings, WhatsApp itself, wactl, or the program on `wactl/baileys` that
 * holds the session.
 */
export const versionSources = ['set', 'fetched', 'bundled', 'program'] as const;

export type VersionSource = (typeof versionSources)[number];

export type EngineInfo = {
  readonly name: string;
  readonly version: string;
  /** The version of WhatsApp Web that it says it is. */
  readonly whatsappVersion: string;
  readonly whatsappVersionSource: VersionSource;
  /** When a fetched version was looked up, if known. */
  readonly whatsappVersionFetchedAt: Date | null;
};

/** The program that runs the session, as `show` describes it. */
export type EngineRecord = EngineInfo & { readonly uptimeSeconds: number; readonly rssBytes: number };
