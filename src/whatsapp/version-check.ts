import { ok, warning } from '../domain/finding.ts';
import type { EngineInfo } from '../domain/engine.ts';
import { originWords } from '../domain/version-words.ts';
import type { Clock } from '../ports/clock.ts';
import type { Check } from '../ports/doctor.ts';

/** `version`: as which version of WhatsApp Web this program connects, where that comes from, and how old it is. */
export const versionCheck = (engine: () => Promise<EngineInfo>, clock: Pick<Clock, 'now'>): Check => ({
  name: 'version',
  needs: ['settings'],
  timeoutMs: 4_000,
  async examine() {
    const { whatsappVersion, whatsappVersionSource: source, whatsappVersionFetchedAt: at } = await engine();
    const words = `WhatsApp Web ${whatsappVersion}, ${originWords(source, at, clock.now())}`;
    if (source !== 'set') return ok(words);
    return warning(
      `${words}: it ages there, and phones refuse to pair with an old one`,
      'let wactl find the current one: wactl config unset whatsapp_version',
    );
  },
});
