import { counted, namedFew, ok, warning } from '../domain/finding.ts';
import type { Session } from '../domain/session.ts';
import type { Check } from '../ports/doctor.ts';

/**
 * `pairings`: those that were cut short between the phone's yes and the first login. Not mended here: that asks WhatsApp
 * as the device, and erases its credentials where the answer is no. `sessions`: undefined when an older wactl keeps them.
 */
export const pairingsCheck = (
  sessions: () => Promise<readonly Pick<Session, 'id' | 'unconfirmed'>[] | undefined>,
): Check => ({
  name: 'pairings',
  needs: ['database'],
  timeoutMs: 4_000,
  async examine() {
    const all = await sessions();
    if (!all) return ok('not looked at: the database is of an older wactl');
    const ids = all.filter(({ unconfirmed }) => unconfirmed).map(({ id }) => id);
    const [first] = ids;
    if (first === undefined) return ok('none is half done');
    return warning(
      `${counted(ids.length, 'pairing')} cut short, which the phone may list: ${namedFew(ids)}`,
      `finish with: wactl status ${ids.slice(0, 5).join(' ')} (or remove it: wactl delete ${first})`,
    );
  },
});
