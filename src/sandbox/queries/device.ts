import { child } from '../stanza.ts';
import { unlink } from '../unlinking.ts';
import { QueryError } from './query.ts';
import type { Query } from './query.ts';

/** A companion removes itself. Its connection ends once the answer is out. */
const logout: Query = {
  name: 'logout',
  xmlns: 'md',
  type: 'set',
  child: 'remove-companion-device',
  answer: ({ session, iq }) => {
    const jid = child(iq, 'remove-companion-device')?.attrs['jid'];
    if (jid !== session.device.jid) throw new QueryError(403, 'forbidden');
    return [];
  },
  after: ({ network, session }) => unlink(network, session.device, 'companion'),
};

/** What a device asks about itself. */
export const deviceQueries: readonly Query[] = [logout];
