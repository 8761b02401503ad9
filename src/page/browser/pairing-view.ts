import type { PageMessage } from '../page-message.ts';
import { countDown, roughly } from './countdown.ts';
import { make, put } from './dom.ts';

export type PairingView = {
  readonly root: HTMLElement;
  /** Shows this until the next. A picture or a code that is dead is taken away, should nothing come. */
  show(message: PageMessage): void;
  /** Takes everything away, and stops the clock. */
  clear(): void;
};

/** One pairing: its QR or code, how long that is valid, and what to do. `onShow` is called for each message shown. */
export function pairingView(
  heading: 'h1' | 'h3',
  onShow: (message: PageMessage) => void = () => undefined,
): PairingView {
  const title = make(heading, { class: 'title' });
  const detail = make('p', { class: 'detail', dir: 'auto' });
  const picture = make('img', { class: 'qr', alt: '' });
  const seen = make('span', { class: 'seen', 'aria-hidden': 'true' });
  const spoken = make('span', { class: 'unseen' });
  const code = make('p', { class: 'code' }, seen, spoken);
  const left = make('p', { class: 'left', role: 'timer' });
  const steps = make('ol', { class: 'steps' });
  const told = make('div', { role: 'status' }, title, detail);
  const root = make('section', { class: 'pairing' }, told, picture, code, left, steps);
  let stop = (): void => undefined;

  const countTo = ({ leftMs, words, isRenewed, pairingLeftMs }: NonNullable<PageMessage['expiry']>): void => {
    const tick = ([seconds = 0, pairing]: readonly number[]): void => {
      const next = `${isRenewed ? 'Renews' : 'Expires'} in ${String(seconds)} s`;
      put(left, pairing === undefined ? next : `${next} · ${roughly(pairing)}`);
    };
    const times = pairingLeftMs === undefined ? [leftMs] : [leftMs, pairingLeftMs];
    stop = countDown(times, tick, () => show({ title: words, tone: 'waiting' }));
  };
  const show = (message: PageMessage): void => {
    stop();
    root.hidden = false;
    root.className = `pairing ${message.tone}`;
    onShow(message);
    put(title, message.title);
    put(detail, message.detail);
    picture.hidden = message.picture === undefined;
    if (message.picture) {
      picture.src = message.picture.url;
      picture.alt = message.picture.words;
    } else {
      picture.removeAttribute('src');
    }
    put(seen, message.code);
    put(spoken, message.code && [...message.code].join(' ').replace('-', ','));
    code.hidden = message.code === undefined;
    const words = message.steps ?? [];
    steps.replaceChildren(...words.map((text) => make('li', {}, text)));
    steps.hidden = words.length === 0;
    steps.classList.toggle('one', words.length === 1);
    put(left, undefined);
    if (message.expiry) countTo(message.expiry);
  };
  const clear = (): void => {
    show({ title: '', tone: 'waiting' });
    root.hidden = true;
  };
  clear();
  return { root, show, clear };
}
