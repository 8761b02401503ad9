import type { ClientVersion } from './client-version.ts';
import { showVersion } from './whatsapp-version.ts';
import type { EngineInfo } from '../domain/engine.ts';

/** Describes the engine without loading it. */
export const engineInfo = ({ version, source, fetchedAt }: ClientVersion): EngineInfo => ({
  name: 'baileys',
  version: '7.0.0-rc14',
  whatsappVersion: showVersion(version),
  whatsappVersionSource: source,
  whatsappVersionFetchedAt: fetchedAt,
});
