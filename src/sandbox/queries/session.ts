import type { Query } from './query.ts';
import { child } from '../stanza.ts';
import { unlink } from '../unlinking.ts';
import { QueryError } from './query.ts';

const active: Query = {
  name: 'active',
  xmlns: 'passive',
  type: 'set',
  answer: () => [],
  after: ({ session }) => session.activate(),
};

const ping: Query = { name: 'ping', xmlns: 'w:p', answer: () => [] };

/** A companion unlinks itself. Its connection ends once the answer is sent. */
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

/** Queries of a device about its connection and its link. */
export const sessionQueries: readonly Query[] = [active, ping, logout];
