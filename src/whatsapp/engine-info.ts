import type { EngineInfo } from '../session/whatsapp.ts';
import { isNewer, parseVersion, showVersion } from './whatsapp-version.ts';
import type { WhatsAppVersion } from './whatsapp-version.ts';

/** The version of WhatsApp Web that came with Baileys (Defaults/index.js of rc14). */
const ownVersion: WhatsAppVersion = [2, 3000, 1043857760];

/**
 * The version that connections say they are: the one a person has set; else one that was fetched, unless what came with
 * Baileys is newer by now; else that.
 */
export function versionInUse(set: string | undefined, fetched: string | undefined): WhatsAppVersion {
  const fixed = parseVersion(set ?? '');
  if (fixed) return fixed;
  const known = parseVersion(fetched ?? '');
  return known && isNewer(known, ownVersion) ? known : ownVersion;
}

/** What the engine is, without loading it. */
export const engineInfo = (set: string | undefined, fetched?: string): EngineInfo => ({
  name: 'baileys',
  version: '7.0.0-rc14',
  whatsappVersion: showVersion(versionInUse(set, fetched)),
});
