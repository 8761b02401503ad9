import { counted, namedFew, ok, warning } from '../domain/finding.ts';
import type { Session } from '../domain/session.ts';
import type { Check } from '../ports/doctor.ts';

/**
 * `pairings`: those that were cut short between the phone's yes and the first login. Not mended here: that asks WhatsApp
 * as the device, and erases its credentials where the answer is no.
 */
export const pairingsCheck = (
  sessions: () => Promise<readonly Pick<Session, 'id' | 'unconfirmed'>[]>,
): Check => ({
  name: 'pairings',
  needs: ['database'],
  timeoutMs: 4_000,
  async examine() {
    const ids = (await sessions()).filter(({ unconfirmed }) => unconfirmed).map(({ id }) => id);
    const [first] = ids;
    if (first === undefined) return ok('none is half done');
    return warning(
      `${counted(ids.length, 'pairing')} cut short, which the phone may list: ${namedFew(ids)}`,
      `finish with: wactl status ${ids.slice(0, 5).join(' ')} (or remove it: wactl delete ${first})`,
    );
  },
});
