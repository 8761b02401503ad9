import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedEvent } from '../../src/ports/feed.ts';
import { keepHistory } from '../../src/api/event-history.ts';
import { settled } from '../support/fake-clock.ts';
import { fakeFeed } from '../support/fake-feed.ts';
import { apiWorld } from '../support/fake-api.ts';
import type { ApiWorld } from '../support/fake-api.ts';
import { heldNow } from '../support/fake-session.ts';

let world: ApiWorld;

beforeEach(async () => {
  world = apiWorld();
  await world.has({ id: 'a' });
  await world.has({ id: 'b' });
  world.held.set('a', { ...heldNow, id: 'a', pid: 4711, status: 'logged_in' });
});
afterEach(() => world.stop.abort());

type Told = { readonly id: string | undefined; readonly data: Record<string, unknown> };

/** A reader of the stream; `next` resolves with the events that come next. */
async function read(path = '/api/v1/events?session=a', lastEventId?: string) {
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const gone = new AbortController();
  const { body } = await world.api(new Request(`http://wactl${path}`, { headers, signal: gone.signal }));
  const told: Told[] = [];
  const chunks = (body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (count: number): Promise<Told[]> => {
    while (told.length < count) {
      const { value, done } = await chunks.read();
      if (done) throw new Error(`the stream ended after ${JSON.stringify(told)}`);
      text += value;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        const data = field('data');
        if (data !== undefined) told.push({ id: field('id'), data: JSON.parse(data) as Told['data'] });
      }
    }
    return told.splice(0, count);
  };
  return { next, leave: () => gone.abort() };
}

const message = (text: string): FeedEvent => ({
  kind: 'message',
  message: { id: text, from: '15550001@s.whatsapp.net', pushName: null, at: new Date(0), text },
});
const note = (id: string, text: string): void => world.observer.note(id, message(text));
const textsOf = (told: readonly Told[]): unknown[] => told.map(({ data }) => data['text'] ?? data['event']);

describe('the id of an event', () => {
  it('is the same on every stream', async () => {
    const [first, second] = [await read(), await read('/api/v1/events')];
    await Promise.all([first.next(1), second.next(1)]);
    note('b', 'elsewhere');
    note('a', 'one');
    const [[one], [other, same]] = [await first.next(1), await second.next(2)];
    expect(textsOf([one, other, same] as Told[])).toEqual(['one', 'elsewhere', 'one']);
    expect(one?.id).toMatch(/^[0-9a-f]{12}-\d+$/);
    expect(same?.id).toBe(one?.id);
    expect(other?.id).not.toBe(one?.id);
  });
});

describe('the end of the process', () => {
  it('gives a reader every event before it, and an id to come back with', async () => {
    const lastTold = new AbortController();
    const { observer, feed } = fakeFeed();
    const history = keepHistory(feed);
    world = apiWorld({}, {}, { lastTold: lastTold.signal, history: () => history });
    await world.has({ id: 'a' });
    world.held.set('a', { ...heldNow, id: 'a', pid: 4711, status: 'logged_in' });
    const answer = await world.api(new Request('http://wactl/api/v1/events?session=a'));
    const text = answer.text();
    await settled();
    observer.note('a', message('one'));
    observer.note('b', message('elsewhere'));
    lastTold.abort();
    const blocks = (await text).trimEnd().split('\n\n');
    expect(blocks.at(-2)).toContain('"text":"one"');
    expect(blocks.at(-1)).toBe(`id: ${history.latest()}`);
  });

  it('is where the next process begins: a reader that has had everything misses nothing', () => {
    const { observer, feed } = fakeFeed();
    const history = keepHistory(feed, '0123456789ab-40');
    expect(history.since('0123456789ab-40')).toEqual([]);
    observer.note('a', message('two'));
    const missed = history.since('0123456789ab-40');
    expect(missed?.map(({ sessionId }) => sessionId)).toEqual(['a']);
    expect(history.since('0123456789ab-39')).toBeUndefined();
    expect(history.since(missed?.[0]?.eventId ?? '')).toEqual([]);
  });
});

describe('a reader that comes back', () => {
  it('gets what it has missed, of the session that it asks for, and then what happens', async () => {
    const first = await read();
    const [state] = await first.next(1);
    first.leave();
    note('a', 'one');
    note('b', 'elsewhere');
    note('a', 'two');
    const again = await read('/api/v1/events?session=a', state?.id);
    const missed = await again.next(2);
    expect(textsOf(missed)).toEqual(['one', 'two']);
    note('a', 'three');
    expect(textsOf(await again.next(1))).toEqual(['three']);
    const third = await read('/api/v1/events?session=a', missed[0]?.id);
    expect(textsOf(await third.next(2))).toEqual(['two', 'three']);
  });

  it('gets nothing twice when it has missed nothing', async () => {
    const first = await read();
    const [state] = await first.next(1);
    const again = await read('/api/v1/events?session=a', state?.id);
    note('a', 'one');
    expect(textsOf(await again.next(1))).toEqual(['one']);
  });

  it.each(['0123456789ab-1', '7', 'nonsense'])(
    'is told of a gap after %s, and how things are',
    async (id) => {
      const stream = await read('/api/v1/events?session=a', id);
      note('a', 'one');
      const [gap, state, one] = await stream.next(3);
      expect(gap?.data).toEqual({ event: 'gap', after: id });
      expect(state?.data).toMatchObject({ event: 'status', id: 'a', status: 'logged_in' });
      expect([gap?.id, state?.id].includes(undefined)).toBe(false);
      expect(one?.data).toMatchObject({ text: 'one' });
    },
  );

  it('is told of a gap when more has happened than is kept', async () => {
    const first = await read();
    const [state] = await first.next(1);
    first.leave();
    for (let at = 0; at < 10_001; at += 1) note('a', String(at));
    const [gap] = await (await read('/api/v1/events?session=a', state?.id)).next(1);
    expect(gap?.data).toEqual({ event: 'gap', after: state?.id });
    const long = 'x'.repeat(3_000_000);
    const second = await read();
    const [now] = await second.next(1);
    note('a', long);
    note('a', long);
    const [again] = await (await read('/api/v1/events?session=a', now?.id)).next(1);
    expect(again?.data['event']).toBe('gap');
  });

  it('gets what the process that holds the session says, with the ids of that process', async () => {
    world = apiWorld({
      follow: (_session, { lastEventId = 'nothing' }, onEvent) => {
        onEvent({ kind: 'gap', after: lastEventId });
        onEvent(message('one'), '0123456789ab-7');
        onEvent({ kind: 'released' }, '0123456789ab-8');
        return Promise.resolve();
      },
    });
    await world.has({ id: 'a' });
    world.held.set('a', { ...heldNow, id: 'a', pid: 1 });
    const stream = await read('/api/v1/events?session=a', '0123456789ab-1');
    expect(await stream.next(3)).toMatchObject([
      { id: undefined, data: { event: 'gap', after: '0123456789ab-1' } },
      { id: '0123456789ab-7', data: { event: 'message', text: 'one' } },
      { id: '0123456789ab-8', data: { event: 'released', id: 'a' } },
    ]);
    await expect(stream.next(1)).rejects.toThrow('the stream ended');
  });
});
