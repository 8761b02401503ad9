import type { Deliveries, WholeSession } from './board.ts';
import { make, put } from './dom.ts';
import { ago } from './session-words.ts';

type Delivery = Deliveries['deliveries'][number];

/** The webhook of a session, and what was delivered lately. */
export function deliveriesView(mayTest: boolean, test: () => void) {
  const url = make('p', { class: 'url', dir: 'ltr' });
  const counts = make('p', { class: 'faint' });
  const off = make('p', { class: 'notice bad' });
  const rows = make('ul', { class: 'deliveries' });
  const nothing = make('p', { class: 'faint' });
  const button = make('button', { type: 'button', hidden: !mayTest }, 'Send a test event');
  button.addEventListener('click', test);
  const root = make(
    'section',
    { class: 'webhook', 'aria-label': 'Webhook' },
    make('div', { class: 'head' }, make('h3', {}, 'Webhook'), button),
    url,
    off,
    counts,
    nothing,
    rows,
  );
  let drawn = '';
  return {
    root,
    show(session: WholeSession, deliveries: Deliveries | undefined): void {
      const { webhook } = session.config;
      root.hidden = webhook === null;
      if (!webhook) return;
      put(url, webhook.url);
      put(off, deliveries && troubleOf(deliveries));
      put(counts, deliveries && countsOf(deliveries));
      put(nothing, deliveries?.deliveries.length === 0 ? 'Nothing has been delivered yet.' : undefined);
      const lines = (deliveries?.deliveries ?? []).map((delivery) => ({
        delivery,
        words: wordsOf(delivery),
      }));
      const now = JSON.stringify(lines);
      if (now === drawn) return;
      drawn = now;
      rows.replaceChildren(...lines.map(rowOf));
      rows.hidden = lines.length === 0;
    },
  };
}

type Line = { readonly delivery: Delivery; readonly words: string };

function rowOf({ delivery: { state, type, last_error: error }, words }: Line): HTMLElement {
  const tone = state === 'delivered' ? 'good' : state === 'pending' ? 'waiting' : 'bad';
  return make(
    'li',
    {},
    make('span', { class: `badge ${tone}` }, state),
    make('span', { class: 'type' }, type ?? 'an unreadable event'),
    make('span', { class: 'faint' }, words),
    ...(error === null ? [] : [make('span', { class: 'why', dir: 'auto' }, error)]),
  );
}

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
