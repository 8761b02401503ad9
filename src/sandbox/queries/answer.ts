import type { DeviceSession } from '../device-session.ts';
import type { Network } from '../network.ts';
import { children, server, stanza } from '../stanza.ts';
import type { Stanza } from '../stanza.ts';
import { appStateQueries } from './app-state.ts';
import { encryptionQueries } from './encryption.ts';
import { QueryError } from './query.ts';
import type { Query } from './query.ts';
import { preKeyQueries } from './pre-keys.ts';
import { profileQueries } from './profile.ts';
import { sessionQueries } from './session.ts';
import { settingsQueries } from './settings.ts';
import { usyncQueries } from './usync.ts';

const queries: readonly Query[] = [
  ...encryptionQueries,
  ...preKeyQueries,
  ...sessionQueries,
  ...settingsQueries,
  ...profileQueries,
  ...usyncQueries,
  ...appStateQueries,
];

/** Any other query gets an empty result. */
const other: Query = { name: 'other', xmlns: '', answer: () => [] };

const findQuery = (iq: Stanza): Query => {
  const { xmlns, type } = iq.attrs;
  const tags = children(iq).map(({ tag }) => tag);
  const found = queries.find(
    (query) =>
      query.xmlns === xmlns &&
      (query.type === undefined || query.type === type) &&
      (query.child === undefined || tags.includes(query.child)),
  );
  return found ?? other;
};

const errorStanza = (code: number, text: string): Stanza => stanza('error', { code: String(code), text });

/** Answers one iq of a logged-in device, unless a fault keeps it silent. */
export function answerQuery(network: Network, session: DeviceSession, iq: Stanza): void {
  const { connection } = session;
  const query = findQuery(iq);
  if (connection.fault('no_answer', query.name)) return;
  const attributes = { from: iq.attrs['to'] ?? server, id: iq.attrs['id'] };
  const fail = (code: number, text: string): void =>
    connection.send(stanza('iq', { ...attributes, type: 'error' }, [errorStanza(code, text)]));
  const ordered = connection.fault('query_error', query.name);
  if (ordered?.code !== undefined) return fail(ordered.code, 'ordered-fault');
  const context = { network, session, iq };
  try {
    connection.send(stanza('iq', { ...attributes, type: 'result' }, query.answer(context)));
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return fail(error.code, error.message);
  }
  query.after?.(context);
}
