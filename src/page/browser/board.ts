import type { DocumentOf } from '../../schema/document-schemas.ts';
import type { ApiClient, EventLine } from './api-client.ts';
import { ApiError } from './api-client.ts';
import type { Link } from './live-feed.ts';
import { liveFeed } from './live-feed.ts';
import { pairingAfter } from './pairing-state.ts';
import type { Pairing } from './pairing-state.ts';
import { problemOf } from './problem.ts';

export type Session = DocumentOf<'Session'>;
export type WholeSession = DocumentOf<'WholeSession'>;
export type Deliveries = DocumentOf<'Deliveries'>;

/** Which sessions are listed. */
export type Wanted = { readonly search: string; readonly statuses: string; readonly count: number };

/** Something that a person should read about a session. */
export type Notice = { readonly tone: 'good' | 'bad'; readonly text: string; readonly hint?: string | null };

/** What the page shows. */
export type BoardState = {
  readonly link: Link;
  /** Why wactl cannot tell how things are, although it answers. */
  readonly trouble: string | undefined;
  readonly wanted: Wanted;
  /** Undefined until the first answer. */
  readonly list: DocumentOf<'SessionList'> | undefined;
  /** The id of the session that is looked at. */
  readonly selected: string | undefined;
  /** It, once known; null when there is none of this id. */
  readonly session: WholeSession | null | undefined;
  /** The name of the webhook of it that is looked at. */
  readonly webhook: string | undefined;
  readonly deliveries: Deliveries | undefined;
  /** By id. */
  readonly pairings: ReadonlyMap<string, Pairing>;
  readonly notices: ReadonlyMap<string, Notice>;
};

/** Sessions that other processes hold, and changes of records, come by asking. */
const pollMs = 5_000;
const pageSize = 50;

export const path = (id: string): string => `sessions/${encodeURIComponent(id)}`;

/** The webhook of a session with this name, or its first one. */
export const shownWebhook = ({ config }: WholeSession, name: string | undefined) =>
  config.webhooks?.find((webhook) => webhook.name === name) ?? config.webhooks?.[0];

/** What is known of the sessions: by one stream of events, and by asking again and again while somebody looks. */
export class Board {
  readonly client: ApiClient;
  readonly #ended = new AbortController();
  readonly #onChange: (state: BoardState) => void;
  readonly retryNow: () => void;
  #state: BoardState = {
    link: { kind: 'live' },
    trouble: undefined,
    wanted: { search: '', statuses: '', count: pageSize },
    list: undefined,
    selected: undefined,
    session: undefined,
    webhook: undefined,
    deliveries: undefined,
    pairings: new Map(),
    notices: new Map(),
  };
  /** As told by events: the store has a new name some seconds later. */
  readonly #pushNames = new Map<string, string>();
  #asking: Promise<void> | undefined;
  #isAskedAgain = false;
  #isDrawn = true;

  constructor(client: ApiClient, onChange: (state: BoardState) => void) {
    this.client = client;
    this.#onChange = onChange;
    const { signal } = this.#ended;
    this.retryNow = liveFeed({
      client,
      signal,
      onEvent: (line) => this.hear(line),
      onLink: (link) => {
        // What was on show may be dead; how things are now comes first.
        this.#set({
          link,
          pairings: new Map([...this.#state.pairings].filter(([, one]) => !one.isUnderWay)),
        });
        if (link.kind === 'live') this.refresh();
      },
    });
    const polling = setInterval(() => {
      if (!document.hidden && this.#state.link.kind === 'live') this.refresh();
    }, pollMs);
    signal.addEventListener('abort', () => clearInterval(polling));
    document.addEventListener('visibilitychange', () => this.refresh(), { signal });
    window.addEventListener('online', () => this.retryNow(), { signal });
  }

  get state(): BoardState {
    return this.#state;
  }

  end(): void {
    this.#ended.abort();
    this.client.end();
  }

  want(change: Partial<Wanted>): void {
    this.#set({ wanted: { ...this.#state.wanted, count: pageSize, ...change } });
    this.refresh();
  }

  more(): void {
    this.want({ count: this.#state.wanted.count + pageSize });
  }

  select(id: string | undefined): void {
    if (id === this.#state.selected) return;
    this.#set({ selected: id, session: undefined, webhook: undefined, deliveries: undefined });
    this.refresh();
  }

  selectWebhook(webhook: string): void {
    this.#set({ webhook, deliveries: undefined });
    this.refresh();
  }

  notice(id: string, notice: Notice | undefined): void {
    const notices = new Map(this.#state.notices);
    if (notice) notices.set(id, notice);
    else notices.delete(id);
    this.#set({ notices });
  }

  /** Takes note of an event. */
  hear(line: EventLine): void {
    if (!('id' in line)) return;
    const { id } = line;
    this.setPairing(id, pairingAfter(this.#state.pairings.get(id), line));
    if (line.event === 'message') return;
    if (line.event === 'push_name') this.#pushNames.set(id, line.push_name);
    const patch = patchOf(line);
    const { list, session, selected } = this.#state;
    const known = list?.sessions.map((one) => (one.id === id ? { ...one, ...patch } : one));
    if (list && known) this.#set({ list: { ...list, sessions: known } });
    if (session && selected === id) this.#set({ session: { ...session, ...patch } });
    this.refresh();
  }

  setPairing(id: string, pairing: Pairing | undefined): void {
    if (this.#state.pairings.get(id) === pairing) return;
    const pairings = new Map(this.#state.pairings);
    if (pairing) pairings.set(id, pairing);
    else pairings.delete(id);
    this.#set({ pairings });
  }

  /** Asks for what is shown; once more when that was asked for meanwhile. */
  refresh(): void {
    if (this.#asking) {
      this.#isAskedAgain = true;
      return;
    }
    this.#isAskedAgain = false;
    this.#asking = this.#ask().finally(() => {
      this.#asking = undefined;
      if (this.#isAskedAgain) this.refresh();
    });
  }

  async #ask(): Promise<void> {
    const { wanted, selected } = this.#state;
    const query = new URLSearchParams({
      per_page: String(wanted.count),
      ...(wanted.search && { search: wanted.search }),
      ...(wanted.statuses && { status: wanted.statuses }),
    });
    const [list, session] = await Promise.all([
      this.client
        .ask<'SessionList'>('GET', `sessions?${query.toString()}`)
        .catch((error: unknown) => this.#failed(error)),
      selected === undefined
        ? undefined
        : this.#whole(selected).catch((error: unknown) => this.#failed(error)),
    ]);
    if (list && wanted === this.#state.wanted) {
      const sessions = list.sessions.map((one) => this.#named(one));
      this.#set({ list: { ...list, sessions }, trouble: undefined });
    }
    if (selected !== this.#state.selected) return;
    if (session !== undefined) this.#set({ session: session && this.#named(session) });
    const webhook = session ? shownWebhook(session, this.#state.webhook) : undefined;
    if (!session || !webhook) return this.#set({ deliveries: undefined });
    const shown = new URLSearchParams({ limit: '20', name: webhook.name });
    const deliveries = await this.client
      .ask<'Deliveries'>('GET', `${path(session.id)}/webhook/deliveries?${shown.toString()}`)
      .catch((error: unknown) => this.#failed(error));
    const isWanted = this.#state.webhook === undefined || this.#state.webhook === webhook.name;
    if (deliveries && isWanted && selected === this.#state.selected) this.#set({ deliveries });
  }

  async #whole(id: string): Promise<WholeSession | null> {
    return this.client.ask<'WholeSession'>('GET', path(id)).catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 'not_found') return null;
      throw error;
    });
  }

  #named<T extends Session>(session: T): T {
    const pushName = this.#pushNames.get(session.id);
    // One that is not linked has no name.
    return pushName === undefined || session.phone_number === null
      ? session
      : { ...session, push_name: pushName };
  }

  /** The stream tells of a lost connection. */
  #failed(error: unknown): undefined {
    if (error instanceof ApiError && error.status !== 401 && error.code !== 'stopping')
      this.#set({ trouble: problemOf(error) });
    return undefined;
  }

  /** The page is drawn once for all changes of a moment. */
  #set(change: Partial<BoardState>): void {
    this.#state = { ...this.#state, ...change };
    if (!this.#isDrawn || this.#ended.signal.aborted) return;
    this.#isDrawn = false;
    queueMicrotask(() => {
      this.#isDrawn = true;
      if (!this.#ended.signal.aborted) this.#onChange(this.#state);
    });
  }
}

/** What an event changes in a record at once. */
function patchOf(line: EventLine): Partial<Session> {
  switch (line.event) {
    case 'status': {
      const { status, is_logged_in, last_close } = line;
      return { status, is_logged_in, ...(last_close && { last_close }) };
    }
    case 'qr':
    case 'pair_code':
    case 'passkey':
      return { status: line.status };
    case 'push_name':
      return { push_name: line.push_name };
    default:
      return {};
  }
}
