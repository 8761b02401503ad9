import type { ClientVersion } from './client-version.ts';
import { showVersion } from './whatsapp-version.ts';
import type { EngineInfo } from '../domain/engine.ts';

const name = 'baileys';
const engineVersion = '7.0.0-rc14';
export const engineName = `${name} ${engineVersion}`;

/** Describes the engine without loading it. */
export const engineInfo = ({ version, source, fetchedAt }: ClientVersion): EngineInfo => ({
  name,
  version: engineVersion,
  whatsappVersion: showVersion(version),
  whatsappVersionSource: source,
  whatsappVersionFetchedAt: fetchedAt,
});
