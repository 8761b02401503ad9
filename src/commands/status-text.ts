import type { Io, Painted } from '../ports/io.ts';
import type { Session, SessionStatus } from '../domain/session.ts';
import { statusWords } from '../domain/status-words.ts';
import { timeAgo } from '../domain/time-words.ts';

type Document = Record<string, unknown>;
type Answer = { readonly session: Session; readonly document: Document };

const text = (value: unknown): string =>
  typeof value === 'string' ? value : value == null ? '' : JSON.stringify(value);

/** Statuses as a person reads them: one in full, several as a table. */
export function statusText(io: Io, answers: readonly Answer[], now: Date): Painted {
  const [only] = answers;
  if (only && answers.length === 1) return io.keyValues(lines(io, only, now));
  return io.table(
    ['ID', 'STATUS', 'PHONE', 'PUSH NAME', 'AS OF'],
    answers.map(({ session, document }) => [
      text(document['id']),
      words(io, session, document),
      phone(document['phone']),
      text(document['push_name']),
      when(io, document['as_of'], now),
    ]),
    ['STATUS', 'PHONE'],
  );
}

/** The status; the document has the live one. */
const words = (io: Io, session: Session, { status, damaged }: Document): string => {
  const known = { ...session, ...(damaged === true ? { damaged: 'pair_again' as const } : {}) };
  return statusWords(status as SessionStatus, known, io.stdoutIsTerminal);
};

/** For a person how long ago, for a script when. */
const when = (io: Io, at: unknown, now: Date): string =>
  io.stdoutIsTerminal && typeof at === 'string' ? timeAgo(new Date(at), now) : text(at);

const phone = (digits: unknown): string => (digits === undefined ? '' : `+${text(digits)}`);

function lines(io: Io, { session, document }: Answer, now: Date): [string, string][] {
  const { id, source, ...rest } = document;
  const business = (rest['business_profile'] ?? {}) as Document;
  const categories = (business['categories'] ?? []) as readonly { name: string }[];
  return [
    ['id', text(id)],
    ['status', `${words(io, session, document)}${source === 'store' ? ' (as stored)' : ''}`],
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
    ['as of', when(io, rest['as_of'], now)],
    // A session that is logged in was asked just now.
    ['last heard', rest['connected'] === true ? '' : when(io, rest['last_heard_at'], now)],
  ];
}
