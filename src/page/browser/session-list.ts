import type { BoardState, Session, Wanted } from './board.ts';
import { make, put } from './dom.ts';
import { badge, nameOf, phoneOf } from './session-words.ts';

type ListParts = {
  readonly mayCreate: boolean;
  readonly want: (change: Partial<Wanted>) => void;
  readonly more: () => void;
  readonly create: () => void;
};

/** The filters, with the statuses that they let through. */
const filters: readonly [words: string, statuses: string][] = [
  ['All sessions', ''],
  ['Logged in', 'logged_in'],
  ['Waiting to be paired', 'waiting_for_qr,waiting_for_pair_code,waiting_for_passkey'],
  ['Offline or connecting', 'disconnected,connecting,connected'],
  ['Logged out or failed', 'logged_out,failed'],
];

const searchAfterMs = 250;

export const hashOf = (id: string): string => `#/${encodeURIComponent(id)}`;

/** The sessions, with a search and a filter. */
export function sessionList({ mayCreate, want, more, create }: ListParts) {
  const search = make('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Search',
    'aria-label': 'Search sessions by name, id or phone number',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const filter = make(
    'select',
    { 'aria-label': 'Show sessions that are' },
    ...filters.map(([words, value]) => make('option', { value }, words)),
  );
  const add = make('button', { type: 'button', class: 'primary', hidden: !mayCreate }, 'New session');
  const rows = make('ul', { class: 'rows' });
  const nothing = make('p', { class: 'empty', role: 'status' });
  const count = make('p', { class: 'faint count' });
  const further = make('button', { type: 'button' }, 'Show more');
  const root = make(
    'section',
    { class: 'list', 'aria-label': 'Sessions' },
    make('div', { class: 'tools' }, add, search, filter),
    nothing,
    rows,
    make('div', { class: 'more' }, count, further),
  );
  const shown = new Map<string, Row>();
  let typing: ReturnType<typeof setTimeout> | undefined;
  search.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => want({ search: search.value.trim() }), searchAfterMs);
  });
  filter.addEventListener('change', () => want({ statuses: filter.value }));
  add.addEventListener('click', create);
  further.addEventListener('click', more);

  return {
    root,
    /** The row of this session gets the focus, or what makes another one. */
    focus: (id: string | undefined): void =>
      ((id === undefined ? undefined : shown.get(id)?.link) ?? add).focus(),
    show({ list, wanted, selected }: BoardState): void {
      const sessions = list?.sessions ?? [];
      const ids = new Set(sessions.map(({ id }) => id));
      for (const [id, { root: row }] of shown) {
        if (ids.has(id)) continue;
        row.remove();
        shown.delete(id);
      }
      sessions.forEach((session, at) => {
        const row = shown.get(session.id) ?? rowOf(session.id);
        shown.set(session.id, row);
        row.show(session, session.id === selected);
        // What is in its place stays there, so that the focus is not lost.
        if (rows.children[at] !== row.root) rows.insertBefore(row.root, rows.children[at] ?? null);
      });
      put(nothing, list && sessions.length === 0 ? emptyWords(wanted, mayCreate) : undefined);
      const total = list?.total ?? 0;
      put(count, total > sessions.length ? `${sessions.length} of ${total} sessions` : undefined);
      further.hidden = total <= sessions.length;
      rows.hidden = sessions.length === 0;
      const isNew = list?.total === 0 && !wanted.search && !wanted.statuses;
      search.hidden = isNew;
      filter.hidden = isNew;
    },
  };
}

type Row = {
  readonly root: HTMLElement;
  readonly link: HTMLElement;
  show(session: Session, isSelected: boolean): void;
};

function rowOf(id: string): Row {
  const name = make('span', { class: 'name', dir: 'auto' });
  const about = make('span', { class: 'about', dir: 'auto' });
  const status = badge();
  const link = make('a', { href: hashOf(id) }, name, status.root, about);
  return {
    root: make('li', {}, link),
    link,
    show(session, isSelected) {
      put(name, nameOf(session));
      const facts = [session.name === null ? null : id, phoneOf(session.phone_number)];
      put(about, facts.filter(Boolean).join(' · '));
      status.show(session);
      if (isSelected) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    },
  };
}

const emptyWords = ({ search, statuses }: Wanted, mayCreate: boolean): string => {
  if (search || statuses) return 'No session matches.';
  return mayCreate ? 'No sessions yet. Create one to link a phone.' : 'No sessions yet.';
};
