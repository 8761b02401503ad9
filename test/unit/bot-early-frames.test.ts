import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { repeatEarlyFrames } from '../../src/bots/early-frames.ts';

/** The part of Baileys 6.7 that passes messages on as frames: as bytes while it has no keys, as nodes once it has. */
function socketOf67(): { ws: EventEmitter; frames: unknown[]; messages: string[]; getKeys: () => void } {
  const ws = new EventEmitter();
  const frames: unknown[] = [];
  const messages: string[] = [];
  let hasKeys = false;
  ws.on('message', (text: string) => {
    messages.push(text);
    ws.emit('frame', hasKeys ? { tag: text } : Buffer.from(text));
  });
  ws.on('frame', (frame) => frames.push(frame));
  return { ws, frames, messages, getKeys: () => void (hasKeys = true) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('what comes before the keys is given again until there are keys, in its order', () => {
  const { ws, frames, messages, getKeys } = socketOf67();
  repeatEarlyFrames(ws);
  for (const text of ['hello', 'success', 'ib']) ws.emit('message', text);
  vi.advanceTimersByTime(100);
  expect(messages.filter((text) => text === 'success').length).toBeGreaterThan(1);
  expect(frames).toEqual([Buffer.from('hello')]);
  getKeys();
  ws.emit('message', 'message');
  vi.advanceTimersByTime(100);
  expect(frames.slice(1)).toEqual([{ tag: 'success' }, { tag: 'ib' }, { tag: 'message' }]);
  ws.emit('message', 'last');
  expect(frames.at(-1)).toEqual({ tag: 'last' });
});

it('nothing is given again after the end', () => {
  const { ws, frames, messages } = socketOf67();
  repeatEarlyFrames(ws);
  for (const text of ['hello', 'success']) ws.emit('message', text);
  ws.emit('close');
  vi.advanceTimersByTime(100);
  expect(messages).toEqual(['hello', 'success']);
  expect(frames).toEqual([Buffer.from('hello')]);
});
