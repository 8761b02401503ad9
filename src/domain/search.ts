import type { Session } from './session.ts';

/** Text as searches compare it: case and forms of the same letter (NFKC) make no difference. Upper case, for ς and ß. */
export const foldForSearch = (text: string): string =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .normalize('NFKC')
    .replaceAll(/[\s\0]+/g, ' ');

/** The text that a search looks in: id, name, phone number and push name, folded, one per line. */
export const searchTextOf = (session: Pick<Session, 'id' | 'name' | 'phoneNumber' | 'pushName'>): string =>
  [session.id, session.name, session.phoneNumber, session.pushName]
    .map((field) => foldForSearch(field ?? ''))
    .join('\n');
