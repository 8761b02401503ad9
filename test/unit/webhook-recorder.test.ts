import { expect, test } from 'vitest';
import { Turns } from '../../src/domain/turns.ts';
import { LeaseLostError } from '../../src/errors.ts';
import { startRecorder } from '../../src/webhooks/recorder.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { memoryStore } from '../support/memory-store.ts';
import { draftOf } from '../support/store-drafts.ts';
import { messageEvent } from '../support/webhook-world.ts';

const webhook = { url: 'https://example.com/', events: ['message'], secret: null, viaProxy: false } as const;

test.each([
  ['another process has the session by now', new LeaseLostError('a'), []],
  ['the disk is full', new Error('the disk is full'), ['a: the disk is full']],
])('a message that is refused because %s does not count as recorded', async (_, refusal, told) => {
  const clock = new FakeClock();
  const sessions = memoryStore(() => clock.now());
  await sessions.create(draftOf('a', { webhook }));
  const errors: string[] = [];
  const recorder = startRecorder({
    sessions,
    globalWebhook: () => null,
    clock,
    turns: new Turns(),
    onAppended: () => errors.push('appended'),
    onDropped: () => errors.push('dropped'),
    onError: (id, error) => errors.push(`${id}: ${(error as Error).message}`),
  });
  recorder.note('a', messageEvent(clock, 'hi'), true, { append: () => Promise.reject(refusal) });
  await expect(recorder.recorded('a')).rejects.toBe(refusal);
  expect(errors).toEqual(told);
});
