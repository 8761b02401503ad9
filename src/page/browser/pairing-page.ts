import type { PageMessage } from '../page-message.ts';
import { make } from './dom.ts';
import { pairingView } from './pairing-view.ts';

/** The page of --web: it gets a message for each change, and shows it until the next. */

const triesBeforeLost = 3;
let tries = 0;

const about = make(
  'footer',
  {},
  'This page comes from wactl on this computer. It ends with the pairing; Ctrl-C in the terminal stops both.',
);
const view = pairingView('h1', ({ title, isLast = false }) => {
  document.title = `${title} · wactl`;
  about.hidden = isLast;
});
document.querySelector('main')?.replaceChildren(view.root, about);
view.show({ title: 'Connecting…', tone: 'waiting' });

const events = new EventSource(`${location.pathname}/events`);
events.onmessage = ({ data }: MessageEvent<string>) => {
  tries = 0;
  const message = JSON.parse(data) as PageMessage;
  if (message.isLast) events.close();
  view.show(message);
};
events.onerror = () => {
  if (events.readyState !== EventSource.CLOSED && ++tries < triesBeforeLost)
    return view.show({ title: 'Waiting for wactl to answer…', tone: 'waiting' });
  events.close();
  view.show({
    title: 'wactl has ended',
    tone: 'bad',
    detail: 'Look at the terminal, and start the command again.',
    isLast: true,
  });
};
