import type { Io } from '../context.ts';

type Document = Record<string, unknown>;

const text = (value: unknown): string =>
  typeof value === 'string' ? value : value == null ? '' : JSON.stringify(value);

/** Statuses as a person reads them: one in full, several as a table. */
export function statusText(io: Io, documents: readonly Document[]): string {
  const [only] = documents;
  if (only && documents.length === 1) return io.keyValues(lines(only));
  return io.table(
    ['ID', 'STATUS', 'PHONE', 'PUSH NAME', 'AS OF'],
    documents.map((document) =>
      ['id', 'status', 'phone', 'push_name', 'as_of'].map((key) => text(document[key]).replaceAll('_', ' ')),
    ),
  );
}

function lines(document: Document): [string, string][] {
  const { id, status, source, ...rest } = document;
  const business = (rest['business_profile'] ?? {}) as Document;
  const categories = (business['categories'] ?? []) as readonly { name: string }[];
  return [
    ['id', text(id)],
    [
      'status',
      `${text(status).replaceAll('_', ' ')}${source === 'store' ? ' (as the store remembers it)' : ''}`,
    ],
    ['phone', rest['phone'] === undefined ? '' : `+${text(rest['phone'])}`],
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
  ];
}
