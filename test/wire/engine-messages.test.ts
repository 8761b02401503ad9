import { ChatMessage } from '../../src/sandbox/chat-messages.ts';
import { deliver } from '../../src/sandbox/delivery.ts';
import { stanza } from '../../src/sandbox/stanza.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { eventLine } from '../../src/schema/event-line.ts';
import { follow, sessionId, startEngine, takeEngineErrors } from '../support/engine.ts';
import type { Engine, Followed } from '../support/engine.ts';

let sandbox: Sandbox;
let engine: Engine;
const jid = '15550100001:1@s.whatsapp.net';

beforeEach(async () => {
  sandbox = await startSandbox();
  engine = await startEngine(sandbox);
  await engine.pair();
});

afterEach(() => sandbox.close());

const logIn = async () => {
  const followed = engine.connect({ kind: 'login' });
  await followed.until('logged_in');
  return followed;
};

const textsOf = ({ events }: Followed) =>
  events.flatMap((event) => (event.kind === 'message' ? [event.message.text] : []));

/** Sends some valid messages, and waits until all of them are reported. */
async function sendMore(followed: Followed): Promise<void> {
  const texts = Array.from({ length: 20 }, (_, at) => `later ${String(at)}`);
  for (const text of texts) sandbox.sendText(jid, text);
  await followed.untilEvent(() => textsOf(followed).includes(texts.at(-1) ?? ''));
  expect(textsOf(followed).filter((text) => text?.startsWith('later'))).toEqual(texts);
}

describe('an invalid message', () => {
  const before = new Date();
  it.each<[string, Record<string, string | undefined>]>([
    ['a time beyond all dates', { t: '99999999999999' }],
    ['a time beyond the year 9999', { t: '253402300800' }],
    ['a negative time', { t: '-99999999999' }],
    ['no number for a time', { t: 'soon' }],
    ['an infinite time', { t: 'Infinity' }],
    ['an empty time', { t: '' }],
    ['no time', { t: undefined }],
  ])('with %s is reported with its time of arrival, and later messages follow', async (_, attributes) => {
    const followed = await logIn();
    const id = sandbox.sendText(jid, 'odd', undefined, attributes);
    const { message } = await followed.until('message');
    expect(message).toMatchObject({ id, text: 'odd' });
    expect(message.at.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(message.at.getTime()).toBeLessThanOrEqual(Date.now());
    await sendMore(followed);
    await followed.connection.close();
  });

  it.each<[string, Record<string, string | undefined>, errors?: number]>([
    ['no id', { id: undefined }],
    ['no sender', { from: undefined }],
    ['an empty sender', { from: '' }],
    ['a sender that is no address', { from: 'nonsense' }],
    ['a group and no participant', { from: '120363000000000001@g.us' }],
    ['a participant that is no address', { from: '120363000000000001@g.us', participant: '@@' }, 1],
    ['a lid that is no address', { sender_lid: 'nonsense' }],
    ['a recipient, though it is of somebody else', { recipient: '15550109998@s.whatsapp.net' }],
    ['an unknown type and category', { type: 'nonsense', category: 'nonsense' }],
    ['an unknown addressing mode', { addressing_mode: 'nonsense' }],
    ['marks of a queue that there is not', { offline: 'NaN' }],
    ['the name of a built-in property', { notify: '__proto__', id: '__proto__' }],
  ])('with %s does not block later messages', async (_, attributes, errors = 0) => {
    const followed = await logIn();
    sandbox.sendText(jid, 'odd', undefined, attributes);
    await sendMore(followed);
    await followed.connection.close();
    expect(takeEngineErrors()).toHaveLength(errors);
  });
});

describe('a WhatsApp that never ends the offline backlog', () => {
  it('still has its queued and live messages reported', async () => {
    sandbox.sendText(jid, 'has waited');
    sandbox.fault({ kind: 'endless_offline' });
    engine = engine.again({ deadlines: { offlineMs: 50 } });
    const followed = await logIn();
    await followed.until('message');
    sandbox.sendText(jid, 'comes live');
    await followed.until('message', 2);
    expect(textsOf(followed)).toEqual(['has waited', 'comes live']);
    await followed.connection.close();
  });
});

describe('a message that is not recorded yet', () => {
  /** A connection that asks, once it has reported a message, whether that is recorded. */
  async function logInAnd(messagesRecorded: () => Promise<void>) {
    const { endpoint } = (await engine.store.get(sessionId)) ?? { endpoint: null };
    const session = { id: sessionId, proxy: null, endpoint };
    let hasMessage = false;
    const recorded = (): Promise<void> => (hasMessage ? messagesRecorded() : Promise.resolve());
    const followed = follow((onEvent) =>
      engine.whatsapp.connect(
        { session, goal: { kind: 'login' }, credentials: engine.store, recorded },
        (event) => {
          hasMessage ||= event.kind === 'message';
          onEvent(event);
        },
      ),
    );
    await followed.until('logged_in');
    return followed;
  }
  const waiting = () =>
    sandbox
      .device(jid)
      ?.undelivered.filter(({ tag }) => tag === 'message')
      .map(({ attrs }) => attrs['id']);

  it.each([true, false])('is acknowledged only when it is; waits for the device: %s', async (isOffline) => {
    let tell: () => void = () => undefined;
    const recorded = new Promise<void>((resolve) => (tell = resolve));
    let tellAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (tellAsked = resolve));
    const ids = isOffline ? [sandbox.sendText(jid, 'one'), sandbox.sendText(jid, 'two')] : [];
    const followed = await logInAnd(() => {
      tellAsked();
      return recorded;
    });
    if (!isOffline) ids.push(sandbox.sendText(jid, 'one'), sandbox.sendText(jid, 'two'));
    await followed.untilEvent(() => textsOf(followed).length === 2);
    await asked;
    expect(waiting()).toEqual(expect.arrayContaining(ids));
    tell();
    await sandbox.until(() => waiting()?.length === 0);
    await followed.connection.close();
  });

  it('is acknowledged only when it is, also when it is the plain text of a channel', async () => {
    let tell: () => void = () => undefined;
    const recorded = new Promise<void>((resolve) => (tell = resolve));
    let tellAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (tellAsked = resolve));
    const followed = await logInAnd(() => {
      tellAsked();
      return recorded;
    });
    const device = sandbox.device(jid);
    if (!device) throw new Error('no device');
    for (const id of ['C1', 'C2']) {
      const envelope = { from: '120363000000000001@newsletter', id, t: '1767225600', type: 'text' };
      const plaintext = stanza('plaintext', {}, ChatMessage.encode({ conversation: `news ${id}` }));
      deliver(device, stanza('message', envelope, [plaintext]));
    }
    await followed.untilEvent(() => textsOf(followed).length === 2);
    await asked;
    expect(waiting()).toEqual(expect.arrayContaining(['C1', 'C2']));
    tell();
    await sandbox.until(() => waiting()?.length === 0);
    await followed.connection.close();
  });

  it('is delivered again, and can be decrypted, when the process ends first', async () => {
    const id = sandbox.sendText(jid, 'again');
    const followed = await logInAnd(() => Promise.reject(new Error('killed')));
    await followed.until('message');
    await expect(followed.closed).rejects.toMatchObject({ code: 'internal' });
    expect(waiting()).toContain(id);
    const next = await logIn();
    expect((await next.until('message')).message).toMatchObject({ id, text: 'again' });
    await sandbox.until(() => waiting()?.length === 0);
    await next.connection.close();
  });
});

describe('a listener that fails', () => {
  it('is counted as an engine error, and misses only one message', async () => {
    const told: string[] = [];
    const { endpoint } = (await engine.store.get(sessionId)) ?? { endpoint: null };
    const followed = follow((onEvent) =>
      engine.whatsapp.connect(
        {
          session: { id: sessionId, proxy: null, endpoint },
          goal: { kind: 'login' },
          credentials: engine.store,
        },
        (event) => {
          onEvent(event);
          if (event.kind !== 'message') return;
          if (event.message.text === 'odd') throw new RangeError('Invalid time value');
          told.push(JSON.stringify(eventLine(sessionId, event, new Date())));
        },
      ),
    );
    await followed.until('logged_in');
    sandbox.sendText(jid, 'odd');
    await sendMore(followed);
    expect(told).toHaveLength(20);
    await followed.connection.close();
    expect(takeEngineErrors()).toEqual(['a listener failed: Invalid time value']);
  });
});
