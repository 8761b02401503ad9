/**
 * The script of the page. It gets a PageMessage for each change, and shows it until the next; all text goes in as text. A
 * picture or a code that is dead is taken away here too, should nothing come.
 */
export const pageScript = `
'use strict';
const place = (id) => document.getElementById(id);
const triesBeforeLost = 3;
let tries = 0;
let ticking;

function put(id, text) {
  place(id).textContent = text ?? '';
  place(id).hidden = !text;
}

function show({ title, tone, detail, steps = [], picture, code, expiry, isLast = false }) {
  clearInterval(ticking);
  document.title = title + ' · wactl';
  document.body.className = tone;
  if (place('title').textContent !== title) put('title', title);
  put('detail', detail);
  place('steps').replaceChildren(
    ...steps.map((text) => Object.assign(document.createElement('li'), { textContent: text })),
  );
  place('steps').hidden = steps.length === 0;
  place('steps').className = steps.length === 1 ? 'one' : '';
  place('qr').hidden = !picture;
  if (picture) {
    place('qr').src = 'data:image/svg+xml,' + encodeURIComponent(picture.svg);
    place('qr').alt = picture.words;
  } else {
    place('qr').removeAttribute('src');
  }
  put('seen', code);
  put('spoken', code && [...code].join(' ').replace('-', ','));
  place('code').hidden = !code;
  put('left', '');
  place('about').hidden = isLast;
  if (expiry) countDown(expiry);
}

function countDown({ leftMs, words, isRenewed, pairingLeftMs }) {
  const start = performance.now();
  const secondsOf = (ms) => Math.ceil((ms - (performance.now() - start)) / 1000);
  const tick = () => {
    const seconds = secondsOf(leftMs);
    if (seconds <= 0) return show({ title: words, tone: 'waiting' });
    const next = (isRenewed ? 'Renews in ' : 'Expires in ') + seconds + ' s';
    put('left', pairingLeftMs ? next + ' · ' + roughly(secondsOf(pairingLeftMs)) : next);
  };
  ticking = setInterval(tick, 250);
  tick();
}

const roughly = (seconds) => (seconds < 90 ? seconds + ' s left' : Math.round(seconds / 60) + ' min left');

const events = new EventSource(location.pathname + '/events');
events.onmessage = ({ data }) => {
  tries = 0;
  const message = JSON.parse(data);
  if (message.isLast) events.close();
  show(message);
};
events.onerror = () => {
  if (events.readyState !== EventSource.CLOSED && ++tries < triesBeforeLost)
    return show({ title: 'Waiting for wactl to answer…', tone: 'waiting' });
  events.close();
  show({
    title: 'wactl has ended',
    tone: 'bad',
    detail: 'Look at the terminal, and start the command again.',
    isLast: true,
  });
};
`;
