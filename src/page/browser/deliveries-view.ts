import { shownWebhook } from './board.ts';
import type { BoardState, Deliveries, WholeSession } from './board.ts';
import { make, put } from './dom.ts';
import { ago } from './session-words.ts';

type Delivery = Deliveries['deliveries'][number];

type DeliveriesParts = {
  /** Whether the token may send anything. */
  readonly maySend: boolean;
  /** Looks at the webhook of this name. */
  readonly choose: (name: string) => void;
  readonly test: (name: string) => void;
  /** Sends one event again; all that failed when none is given. */
  readonly replay: (name: string, event?: string) => void;
};

/** The webhooks of a session, one at a time, and what was delivered lately, the newest first. */
export function deliveriesView({ maySend, choose, test, replay }: DeliveriesParts) {
  const url = make('p', { class: 'url', dir: 'ltr' });
  const counts = make('p', { class: 'faint' });
  const off = make('p', { class: 'notice bad' });
  const list = make('ul', { class: 'deliveries' });
  const nothing = make('p', { class: 'faint' });
  const testing = make('button', { type: 'button', hidden: !maySend }, 'Send a test event');
  const failed = make('button', { type: 'button' }, 'Send failed ones again');
  let name = '';
  const names = make('select', { 'aria-label': 'Which webhook' });
  names.addEventListener('change', () => choose(names.value));
  testing.addEventListener('click', () => test(name));
  failed.addEventListener('click', () => replay(name));
  const root = make(
    'section',
    { class: 'webhook', 'aria-label': 'Webhook' },
    make(
      'div',
      { class: 'head' },
      make('h3', {}, 'Webhook'),
      names,
      make('div', { class: 'buttons' }, failed, testing),
    ),
    url,
    off,
    counts,
    nothing,
    list,
  );
  const shown = new Map<string, Row>();
  return {
    root,
    show(
      session: WholeSession,
      { webhook: wanted, deliveries: known }: Pick<BoardState, 'webhook' | 'deliveries'>,
    ): void {
      const webhook = shownWebhook(session, wanted);
      root.hidden = webhook === undefined;
      if (!webhook) return;
      ({ name } = webhook);
      showNames(names, session.config.webhooks?.map((one) => one.name) ?? [], name);
      put(url, webhook.url);
      put(off, known && troubleOf(known));
      put(counts, known && countsOf(known));
      put(nothing, known?.deliveries.length === 0 ? 'Nothing has been delivered yet.' : undefined);
      const deliveries = (known?.deliveries ?? []).toReversed();
      failed.hidden = !maySend || !deliveries.some(({ state }) => state === 'failed');
      const ids = new Set(deliveries.map(({ webhook_id: id }) => id));
      for (const [id, row] of shown) {
        if (ids.has(id)) continue;
        row.root.remove();
        shown.delete(id);
      }
      deliveries.forEach((delivery, at) => {
        const { webhook_id: id } = delivery;
        const row = shown.get(id) ?? rowOf(delivery, maySend ? () => replay(name, id) : undefined);
        shown.set(id, row);
        row.show(delivery);
        if (list.children[at] !== row.root) list.insertBefore(row.root, list.children[at] ?? null);
      });
      list.hidden = deliveries.length === 0;
    },
  };
}

/** The names to choose from, if there are several. */
function showNames(select: HTMLSelectElement, names: readonly string[], chosen: string): void {
  select.hidden = names.length < 2;
  if ([...select.options].map(({ value }) => value).join() !== names.join())
    select.replaceChildren(...names.map((name) => make('option', { value: name }, name)));
  select.value = chosen;
}

type Row = { readonly root: HTMLElement; show(delivery: Delivery): void };

function rowOf({ type }: Delivery, again: (() => void) | undefined): Row {
  const name = type ?? 'an unreadable event';
  const state = make('span', {});
  const words = make('span', { class: 'faint' });
  const why = make('span', { class: 'why', dir: 'auto' });
  const button = make(
    'button',
    { type: 'button', class: 'small', 'aria-label': `Send ${name} again` },
    'Send again',
  );
  if (again) button.addEventListener('click', again);
  return {
    root: make('li', {}, state, make('span', { class: 'type' }, name), words, button, why),
    show(delivery) {
      put(state, delivery.state);
      state.className = `badge ${tones[delivery.state]}`;
      put(words, wordsOf(delivery));
      put(why, delivery.last_error ?? undefined);
      button.hidden = !again || (delivery.state !== 'delivered' && delivery.state !== 'failed');
    },
  };
}

const tones: Readonly<Record<Delivery['state'], string>> = {
  delivered: 'good',
  pending: 'waiting',
  failed: 'bad',
  expired: '',
};

function wordsOf({ state, created_at, attempts, last_attempt_at, next_attempt_at }: Delivery): string {
  const times = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  const when =
    state === 'pending' && next_attempt_at !== null
      ? `next ${ago(next_attempt_at) ?? ''}`
      : ago(last_attempt_at ?? created_at);
  return `${when ?? ''} · ${times}`;
}

const troubleOf = ({ turned_off_at, failing_since }: Deliveries): string | undefined => {
  if (turned_off_at !== null)
    return `The receiver turned this webhook off (410) ${ago(turned_off_at) ?? ''}. A test that it takes turns it on again.`;
  return failing_since === null ? undefined : `Deliveries have failed since ${ago(failing_since) ?? ''}.`;
};

const countsOf = ({ pending, dropped }: Deliveries): string =>
  [`${pending} waiting`, ...(dropped > 0 ? [`${dropped} dropped`] : [])].join(' · ');
