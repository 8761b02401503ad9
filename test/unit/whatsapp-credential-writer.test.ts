import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CredentialChange, CredentialStore, KeyChange } from '../../src/ports/store.ts';
import { createCredentialWriter } from '../../src/credentials/credential-writer.ts';
import { sendAfterWrites } from '../../src/credentials/send-after-writes.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const key = (id: string, value: string | null): KeyChange => ({
  type: 'session',
  id,
  value: value === null ? null : bytes(value),
});

type Asked = { readonly change: CredentialChange; done(): void; fail(error: Error): void };

let asked: Asked[];
let failures: unknown[];
let creds: string;
let recorded: Promise<void>;

/** A store whose writes are done when the test says so. */
const store = {
  write: (_, change) =>
    new Promise<void>((done, fail) =>
      asked.push({ change, done: () => done(), fail: (error) => fail(error) }),
    ),
} satisfies Pick<CredentialStore, 'write'>;

const makeWriter = () =>
  createCredentialWriter(
    { store, sessionId: 'a', recorded: () => recorded, onFailure: (error) => failures.push(error) },
    () => bytes(creds),
  );

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  asked = [];
  failures = [];
  creds = 'creds';
  recorded = Promise.resolve();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the changes of a session', () => {
  it('are written together, the newest of each', async () => {
    const writer = makeWriter();
    writer.noteKeys([key('1', 'old'), key('2', 'two')]);
    writer.noteCreds();
    writer.noteKeys([key('1', null)]);
    creds = 'newest';
    const flushed = writer.flush();
    await settled();
    expect(asked.map(({ change }) => change)).toEqual([
      { creds: bytes('newest'), keys: [key('1', null), key('2', 'two')] },
    ]);
    asked[0]?.done();
    await flushed;
    expect(writer.isBehind).toBe(false);
  });

  it('are written after 50 ms when nothing is sent', async () => {
    const writer = makeWriter();
    writer.noteCreds();
    await vi.advanceTimersByTimeAsync(49);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(1);
  });

  it('can be read until they are stored', async () => {
    const writer = makeWriter();
    writer.noteKeys([key('1', 'one')]);
    expect(writer.unwritten('session', '1')).toEqual(key('1', 'one'));
    expect(writer.unwritten('pre-key', '1')).toBeUndefined();
    const flushed = writer.flush();
    await settled();
    expect(writer.unwritten('session', '1')).toEqual(key('1', 'one'));
    expect(writer.isBehind).toBe(true);
    asked[0]?.done();
    await flushed;
    expect(writer.unwritten('session', '1')).toBeUndefined();
  });

  it('that come during a write are written after it', async () => {
    const writer = makeWriter();
    writer.noteKeys([key('1', 'one')]);
    void writer.flush();
    await settled();
    writer.noteKeys([key('1', 'two')]);
    const flushed = writer.flush();
    await settled();
    expect(asked).toHaveLength(1);
    asked[0]?.done();
    await settled();
    expect(asked[1]?.change.keys).toEqual([key('1', 'two')]);
    asked[1]?.done();
    await flushed;
  });

  it('are refused after a failed write, which is reported once', async () => {
    const writer = makeWriter();
    writer.noteCreds();
    const flushed = writer.flush();
    await settled();
    asked[0]?.fail(new Error('disk full'));
    await expect(flushed).rejects.toThrow('disk full');
    writer.noteCreds();
    await expect(writer.flush()).rejects.toThrow('disk full');
    expect(writer.isBehind).toBe(true);
    expect(asked).toHaveLength(1);
    expect(failures).toHaveLength(1);
  });

  it('of a decryption are written with the message only, after it', async () => {
    const writer = makeWriter();
    let tellRecorded: () => void = () => undefined;
    recorded = new Promise((resolve) => (tellRecorded = resolve));
    writer.noteKeys([key('other', 'one')]);
    writer.holdKeys([key('ratchet', 'next')]);
    expect([writer.isHolding, writer.unwritten('session', 'ratchet')]).toEqual([
      true,
      key('ratchet', 'next'),
    ]);
    writer.releaseKeys();
    const flushed = writer.flush();
    await settled();
    expect([writer.isHolding, writer.isBehind, asked]).toEqual([false, true, []]);
    tellRecorded();
    await settled();
    expect(asked.map(({ change }) => change.keys)).toEqual([[key('other', 'one'), key('ratchet', 'next')]]);
    asked[0]?.done();
    await flushed;
  });

  it('of a decryption are never written when the message was not reported', async () => {
    const writer = makeWriter();
    writer.noteKeys([key('other', 'one')]);
    writer.holdKeys([key('ratchet', 'next')]);
    const sealed = writer.seal();
    await settled();
    expect(asked.map(({ change }) => change.keys)).toEqual([[key('other', 'one')]]);
    asked[0]?.done();
    await sealed;
  });

  it('of a decryption are not written when the message could not be', async () => {
    const writer = makeWriter();
    recorded = Promise.reject(new Error('disk full'));
    writer.holdKeys([key('ratchet', 'next')]);
    writer.releaseKeys();
    await expect(writer.flush()).rejects.toThrow('disk full');
    expect([asked, failures]).toEqual([[], [new Error('disk full')]]);
  });

  it('are written by the end, and refused after it', async () => {
    const writer = makeWriter();
    writer.noteKeys([key('1', 'one')]);
    const sealed = writer.seal();
    await settled();
    expect(asked).toHaveLength(1);
    asked[0]?.done();
    await sealed;
    expect(() => writer.noteKeys([key('1', 'two')])).toThrow('nothing more is stored');
    await expect(writer.writeCreds()).rejects.toThrow('nothing more is stored');
  });
});

describe('a frame', () => {
  const sendOn = (writer: ReturnType<typeof makeWriter>) => {
    const left: string[] = [];
    const socket = {
      send: (frame: Uint8Array, onSent: () => void) => {
        left.push(new TextDecoder().decode(frame));
        onSent();
      },
    };
    const { allSent } = sendAfterWrites(socket as never, writer);
    let accepted = 0;
    const send = (text: string): void => socket.send(bytes(text), () => (accepted += 1));
    return { left, send, allSent, accepted: () => accepted };
  };

  it('leaves at once when everything is stored', () => {
    const { left, send } = sendOn(makeWriter());
    send('one');
    expect(left).toEqual(['one']);
  });

  it('leaves after the changes before it, in its order, and counts as sent meanwhile', async () => {
    const writer = makeWriter();
    const { left, send, allSent, accepted } = sendOn(writer);
    writer.noteKeys([key('1', 'one')]);
    send('first');
    await vi.advanceTimersByTimeAsync(4);
    writer.noteKeys([key('2', 'two')]);
    send('second');
    expect(accepted()).toBe(2);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked.map(({ change }) => change.keys)).toEqual([[key('1', 'one'), key('2', 'two')]]);
    await settled();
    expect(left).toEqual([]);
    asked[0]?.done();
    await allSent();
    expect(left).toEqual(['first', 'second']);
    send('third');
    expect(left).toEqual(['first', 'second', 'third']);
  });

  it('that comes during a write waits for the changes that came with it', async () => {
    const writer = makeWriter();
    const { left, send, allSent } = sendOn(writer);
    writer.noteKeys([key('1', 'one')]);
    send('first');
    await vi.advanceTimersByTimeAsync(5);
    writer.noteKeys([key('1', 'two')]);
    send('second');
    asked[0]?.done();
    await settled();
    expect(left).toEqual(['first']);
    await vi.advanceTimersByTimeAsync(5);
    asked[1]?.done();
    await allSent();
    expect(left).toEqual(['first', 'second']);
  });

  it('waits until a message that was decrypted is recorded, though no key has changed', async () => {
    const writer = makeWriter();
    const { left, send, allSent } = sendOn(writer);
    let tellRecorded: () => void = () => undefined;
    recorded = new Promise((resolve) => (tellRecorded = resolve));
    writer.releaseKeys();
    send('acknowledgement');
    await vi.advanceTimersByTimeAsync(100);
    expect(left).toEqual([]);
    tellRecorded();
    await allSent();
    expect(left).toEqual(['acknowledgement']);
  });

  it('waits for a message that was decrypted to be reported, but not for ever', async () => {
    const writer = makeWriter();
    const { left, send } = sendOn(writer);
    writer.holdKeys([key('ratchet', 'next')]);
    send('acknowledgement');
    await vi.advanceTimersByTimeAsync(504);
    expect(left).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect([left, asked]).toEqual([['acknowledgement'], []]);
  });

  it('never leaves after a failed write', async () => {
    const writer = makeWriter();
    const { left, send, allSent } = sendOn(writer);
    writer.noteCreds();
    send('first');
    await vi.advanceTimersByTimeAsync(5);
    asked[0]?.fail(new Error('disk full'));
    await allSent();
    send('second');
    await vi.advanceTimersByTimeAsync(5);
    await allSent();
    expect(left).toEqual([]);
    expect(failures).toHaveLength(1);
  });
});
