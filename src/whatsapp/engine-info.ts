import type { EngineInfo } from '../session/whatsapp.ts';
import { isNewer, parseVersion, showVersion } from './whatsapp-version.ts';
import type { WhatsAppVersion } from './whatsapp-version.ts';

/** The version of Baileys in package.json, and the client version that it comes with. A test holds them to Baileys. */
export const baileysVersion = '7.0.0-rc14';
export const bundledVersion: WhatsAppVersion = [2, 3000, 1043857760];

/** What the engine is, without loading it. `known`: a client version that was set or fetched. */
export function engineInfo(known: string | undefined): EngineInfo {
  const version = known === undefined ? undefined : parseVersion(known);
  const whatsappVersion = version && isNewer(version, bundledVersion) ? version : bundledVersion;
  return { name: 'baileys', version: baileysVersion, whatsappVersion: showVersion(whatsappVersion) };
}
