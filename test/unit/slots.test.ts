import { describe, expect, it } from 'vitest';
import { inParallel, Slots } from '../../src/domain/slots.ts';
import { settled } from '../support/fake-clock.ts';
import { rejection } from '../support/fake-holding.ts';

const { signal } = new AbortController();

/** Work that each test ends by hand. */
const works = () => {
  const started: string[] = [];
  const ends = new Map<string, { done(): void; failed(error: Error): void }>();
  const work = (name: string): Promise<string> => {
    started.push(name);
    return new Promise((resolve, reject) =>
      ends.set(name, { done: () => resolve(`${name} done`), failed: reject }),
    );
  };
  return { started, work, end: (name: string) => ends.get(name)! };
};

describe('slots', () => {
  it('serve the first to come first, and no more at once than there are', async () => {
    const { started, work, end } = works();
    const slots = new Slots(2);
    const all = ['a', 'b', 'c', 'd'].map((name) => slots.run(signal, () => work(name)));
    await settled();
    expect(started).toEqual(['a', 'b']);
    end('b').done();
    await settled();
    expect(started).toEqual(['a', 'b', 'c']);
    end('a').done();
    await settled();
    expect(started).toEqual(['a', 'b', 'c', 'd']);
    end('c').done();
    end('d').done();
    expect(await Promise.all(all)).toEqual(['a done', 'b done', 'c done', 'd done']);
  });

  it('are given back by work that fails', async () => {
    const { work, end } = works();
    const slots = new Slots(1);
    const failing = rejection(slots.run(signal, () => work('a')));
    await settled();
    end('a').failed(new Error('broken'));
    expect(String(await failing)).toMatch('broken');
    expect((await slots.enter(signal)).hasQueued).toBe(false);
  });

  it('pass over a caller that gave up while it waited', async () => {
    const { started, work, end } = works();
    const slots = new Slots(1);
    const first = slots.run(signal, () => work('a'));
    const impatient = new AbortController();
    const second = rejection(slots.run(impatient.signal, () => work('b')));
    const third = slots.run(signal, () => work('c'));
    impatient.abort(new Error('enough'));
    expect(String(await second)).toMatch('enough');
    end('a').done();
    await first;
    await settled();
    expect(started).toEqual(['a', 'c']);
    end('c').done();
    await third;
  });

  it('refuse a caller whose signal was aborted before', async () => {
    const slots = new Slots(1);
    const error = await rejection(slots.enter(AbortSignal.abort(new Error('too late'))));
    expect(String(error)).toMatch('too late');
    expect((await slots.enter(signal)).hasQueued).toBe(false);
  });

  it('can become fewer, which takes effect as turns end, and more, which takes effect at once', async () => {
    const { started, work, end } = works();
    const slots = new Slots(2);
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => slots.run(signal, () => work(name)));
    slots.resize(1);
    await settled();
    end('a').done();
    await settled();
    expect(started).toEqual(['a', 'b']);
    end('b').done();
    await settled();
    expect(started).toEqual(['a', 'b', 'c']);
    slots.resize(3);
    await settled();
    expect(started).toEqual(['a', 'b', 'c', 'd', 'e']);
    for (const name of ['c', 'd', 'e']) end(name).done();
    await Promise.all(all);
  });

  it('go to one caller only when a turn is ended twice', async () => {
    const slots = new Slots(1);
    const { leave } = await slots.enter(signal);
    const second = slots.enter(signal);
    let hasThird = false;
    void slots.enter(signal).then(() => (hasThird = true));
    leave();
    leave();
    expect((await second).hasQueued).toBe(true);
    await settled();
    expect(hasThird).toBe(false);
  });
});

describe('inParallel', () => {
  it('answers in the order of the items, whichever ends first', async () => {
    const { work, end } = works();
    const all = inParallel(['a', 'b', 'c'], 2, work);
    await settled();
    end('b').done();
    await settled();
    end('c').done();
    end('a').done();
    expect(await all).toEqual(['a done', 'b done', 'c done']);
  });

  it('starts nothing after a failure', async () => {
    const { started, work, end } = works();
    const all = rejection(inParallel(['a', 'b', 'c', 'd'], 2, work));
    await settled();
    end('a').failed(new Error('broken'));
    expect(String(await all)).toMatch('broken');
    end('b').done();
    await settled();
    expect(started).toEqual(['a', 'b']);
  });

  it('of many items leaves Node nothing to warn of', async () => {
    const warnings: Error[] = [];
    const listener = (warning: Error): void => void warnings.push(warning);
    process.on('warning', listener);
    try {
      const items = Array.from({ length: 40 }, (_, at) => at);
      expect(await inParallel(items, 2, (item) => Promise.resolve(item))).toEqual(items);
      await new Promise(setImmediate);
    } finally {
      process.off('warning', listener);
    }
    expect(warnings).toEqual([]);
  });

  it('of no items is done at once', async () => {
    expect(await inParallel([], 8, () => Promise.resolve(1))).toEqual([]);
  });
});
