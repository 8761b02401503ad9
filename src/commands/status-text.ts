import type { Io, Painted } from '../ports/io.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import { timeAgo } from '../domain/time-words.ts';

type Document = Record<string, unknown>;
type Answer = { readonly session: Session; readonly document: Document };

const text = (value: unknown): string =>
  typeof value === 'string' ? value : value == null ? '' : JSON.stringify(value);

/** Statuses as a person reads them: one in full, several as a table. */
export function statusText(io: Io, answers: readonly Answer[], now: Date): Painted {
  const [only] = answers;
  if (only && answers.length === 1) return io.keyValues(lines(only));
  return io.table(
    ['ID', 'STATUS', 'PHONE', 'PUSH NAME', 'AS OF'],
    answers.map(({ session, document }) => [
      text(document['id']),
      words(session, document) + damaged(document),
      phone(document['phone']),
      text(document['push_name']),
      io.stdoutIsTerminal && document['as_of'] !== undefined
        ? timeAgo(new Date(text(document['as_of'])), now)
        : text(document['as_of']),
    ]),
    ['STATUS', 'PHONE'],
  );
}

/** The status; a session that was never paired is not said to be disconnected. */
function words(session: Session, { status }: Document): string {
  return status === 'disconnected' && !mayBeLinked(session)
    ? 'not paired'
    : text(status).replaceAll('_', ' ');
}

const damaged = (document: Document): string => (document['damaged'] === true ? ' (damaged)' : '');
const phone = (digits: unknown): string => (digits === undefined ? '' : `+${text(digits)}`);

function lines({ session, document }: Answer): [string, string][] {
  const { id, source, ...rest } = document;
  const business = (rest['business_profile'] ?? {}) as Document;
  const categories = (business['categories'] ?? []) as readonly { name: string }[];
  return [
    ['id', text(id)],
    ['status', `${words(session, document)}${damaged(document)}${source === 'store' ? ' (as stored)' : ''}`],
    ['phone', phone(rest['phone'])],
    ['push name', text(rest['push_name'])],
    ['business name', text(rest['business_name'])],
    ['verified name', text(rest['verified_name'])],
    ['about', text(rest['about'])],
    ['categories', categories.map(({ name }) => name).join(', ')],
    ['address', text(business['address'])],
    ['email', text(business['email'])],
    ['website', text(rest['website'])],
    ['time zone', text(business['business_hours_timezone'])],
    ['jid', text(rest['whatsapp_jid'])],
    ['link', text(rest['profile_url'])],
    ['picture', text(rest['profile_picture_url'])],
    ['as of', text(rest['as_of'])],
    // A session that is logged in was asked just now.
    ['last heard', rest['connected'] === true ? '' : text(rest['last_heard_at'])],
  ];
}
