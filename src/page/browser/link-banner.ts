import type { BoardState } from './board.ts';
import { countDown } from './countdown.ts';
import { make, put } from './dom.ts';
import type { Link } from './live-feed.ts';

/** Says that nothing is heard of wactl, or that it has a trouble of its own, until that is over. */
export function linkBanner(retryNow: () => void) {
  const words = make('span', { role: 'status' });
  const next = make('span', { class: 'next' });
  const button = make('button', { type: 'button' }, 'Try now');
  button.addEventListener('click', retryNow);
  const root = make('div', { class: 'banner', hidden: true }, words, next, button);
  let shown: Link | undefined;
  let stop = (): void => undefined;

  const count = (link: Link): void => {
    if (link === shown) return;
    shown = link;
    stop();
    if (link.kind === 'live') return put(next, undefined);
    stop = countDown(
      [link.retryInMs],
      ([seconds = 0]) => put(next, `Trying again in ${seconds} s.`),
      () => put(next, 'Trying again…'),
    );
  };
  return {
    root,
    show({ link, trouble }: BoardState): void {
      const said =
        link.kind === 'lost' ? link.words : trouble && `wactl cannot tell how things are: ${trouble}`;
      root.hidden = said === undefined;
      button.hidden = link.kind === 'live';
      // Read out once, not at each second.
      put(words, said && `${said}.`);
      count(link);
    },
  };
}
