import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { Turns } from '../../src/domain/turns.ts';
import { takeFramesInTurn } from '../../src/whatsapp/frames-in-turn.ts';

let ws: EventEmitter;
let handled: string[];
let reading: string[];
let isFull: boolean;
let turns: Turns;
let frames: ReturnType<typeof takeFramesInTurn>;

beforeEach(() => {
  ws = new EventEmitter();
  handled = [];
  reading = [];
  isFull = false;
  turns = new Turns(4);
  ws.on('message', (text: string) => handled.push(text));
  ws.on('close', () => handled.push('close'));
  frames = takeFramesInTurn({
    ws,
    socket: { pause: () => reading.push('pause'), resume: () => reading.push('resume') },
    run: (work) => work(),
    turns,
    isFull: () => isFull,
    onClosed: () => handled.push('closed'),
  });
});

const arrive = (count: number): void => {
  for (let at = 1; at <= count; at += 1) ws.emit('message', String(at));
};

describe('frames that arrive together', () => {
  it('are handled in order, four at once, then four in each turn of the event loop', async () => {
    arrive(9);
    expect([handled, frames.count()]).toEqual([['1', '2', '3', '4'], 5]);
    await turn();
    expect([handled.length, frames.count()]).toEqual([8, 1]);
    await turn();
    expect([handled.at(-1), frames.count(), reading]).toEqual(['9', 0, []]);
    await turn();
    ws.emit('message', 'later');
    expect(handled.at(-1)).toBe('later');
  });

  it('stop the reading while many wait', async () => {
    arrive(30);
    expect(reading).toEqual(['pause']);
    while (frames.count() > 0) await turn();
    expect([reading, handled.length]).toEqual([['pause', 'resume'], 30]);
  });

  it('are handled before the end of the socket that came after them', async () => {
    arrive(5);
    ws.emit('close');
    expect(handled.slice(4)).toEqual(['closed']);
    while (frames.count() > 0) await turn();
    expect(handled.slice(4)).toEqual(['closed', '5', 'close']);
  });

  it('wait while more was received than can be acknowledged', async () => {
    arrive(5);
    isFull = true;
    for (let at = 0; at < 5; at += 1) await turn();
    expect(handled).toHaveLength(4);
    isFull = false;
    while (frames.count() > 0) await turn();
    expect(handled).toHaveLength(5);
  });
});

it('the end of a quiet socket is told at once', () => {
  ws.emit('close');
  expect(handled).toEqual(['closed', 'close']);
});

it('the frames of two sockets share the turns, one after the other', async () => {
  const other = new EventEmitter();
  other.on('message', (text: string) => handled.push(`other ${text}`));
  takeFramesInTurn({
    ws: other,
    socket: { pause: () => undefined, resume: () => undefined },
    run: (work) => work(),
    turns,
    isFull: () => false,
    onClosed: () => undefined,
  });
  arrive(10);
  for (let at = 1; at <= 3; at += 1) other.emit('message', String(at));
  expect(handled).toHaveLength(4);
  await turn();
  expect(handled.slice(4)).toEqual(['5', 'other 1', '6', 'other 2']);
  await turn();
  expect(handled.slice(8)).toEqual(['7', 'other 3', '8', '9']);
});
