import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventOf } from '../../src/sandbox/event-log.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Stanza } from '../../src/sandbox/stanza.ts';
import { sessionId, startEngine } from '../support/engine.ts';
import type { Engine } from '../support/engine.ts';

const jid = '15550100001:1@s.whatsapp.net';
let sandbox: Sandbox;
let engine: Engine;
let received: Stanza[];

beforeEach(async () => {
  received = [];
  sandbox = await startSandbox({
    onSaid: (said) => {
      if (said.from === 'client' && 'stanza' in said) received.push(said.stanza);
    },
  });
  engine = await startEngine(sandbox);
});

afterEach(() => sandbox.close());

const presences = (): EventOf<'presence'>[] =>
  sandbox.events.past.filter((event): event is EventOf<'presence'> => event.kind === 'presence');

/** All texts in a stanza, byte strings included. */
function textsIn({ tag, attrs, content }: Stanza): string[] {
  const own = [tag, ...Object.entries(attrs).flat()];
  if (Array.isArray(content)) return [...own, ...content.flatMap(textsIn)];
  return content === undefined ? own : [...own, Buffer.from(content).toString('latin1')];
}

/** Plays the whole life of a session, from the pairing to the logout. */
async function liveAWholeLife(): Promise<void> {
  const device = () => sandbox.device(jid);
  const allDelivered = () => sandbox.until(() => device()?.undelivered.length === 0);
  const first = engine.connect({ kind: 'pair_by_qr' });
  sandbox.scan((await first.until('qr')).payload);
  await first.until('logged_in');
  await sandbox.until(() => device()?.firstSyncSent === true);
  await allDelivered();
  sandbox.sendText(jid, 'hello');
  await first.until('message');
  for (const what of ['dirty', 'dirty', 'account_sync', 'status'] as const) sandbox.announce(jid, what);
  const answered = sandbox.waitFor('answered');
  sandbox.announce(jid, 'ping');
  await answered;
  const uploaded = sandbox.waitFor('pre_keys_uploaded');
  sandbox.announce(jid, 'few_pre_keys');
  await uploaded;
  sandbox.rename('Sandy the Second');
  await allDelivered();
  await first.connection.close();

  const looking = engine.connect({ kind: 'login', passive: true });
  await looking.until('logged_in');
  expect(await looking.connection.profile()).toMatchObject({ pushName: 'Sandy the Second' });
  await looking.connection.close();

  const last = engine.connect({ kind: 'login' });
  await last.until('logged_in');
  sandbox.sendText(jid, 'and again');
  await last.until('message');
  await last.connection.logout();
}

describe('the whole life of a session', () => {
  it("does not silence the phone's notifications or change the account's name", async () => {
    let wasSilenced = false;
    sandbox.events.on(() => (wasSilenced ||= sandbox.notificationsSilenced()));
    await liveAWholeLife();
    const unavailable = { type: 'unavailable', name: null };
    expect(presences()).toMatchObject([unavailable, unavailable]);
    expect(wasSilenced).toBe(false);
    expect(sandbox.phone().account.pushName).toBe('Sandy the Second');
  });

  it('names this tool in no stanza', async () => {
    await liveAWholeLife();
    expect(received.length).toBeGreaterThan(20);
    expect(received.flatMap(textsIn).filter((text) => /wactl/i.test(text))).toEqual([]);
  });
});

describe('the lid', () => {
  it('is stored when only the login names it', async () => {
    sandbox.fault({ kind: 'no_lid' });
    const { until, connection } = engine.connect({ kind: 'pair_by_qr' });
    sandbox.scan((await until('qr')).payload);
    expect((await until('paired')).identity.lid).toBeNull();
    const { identity } = await until('logged_in');
    const lid = sandbox.device(jid)?.lid;
    expect(identity.lid).toBe(lid);
    await connection.close();
    const again = engine.connect({ kind: 'login', passive: true });
    expect((await again.until('logged_in')).identity.lid).toBe(lid);
    await again.connection.close();
  });
});

describe('the push name', () => {
  it('is never the redacted number from the login', async () => {
    sandbox.fault({ kind: 'no_first_sync' });
    const { until, connection } = engine.connect({ kind: 'pair_by_qr' });
    sandbox.scan((await until('qr')).payload);
    expect((await until('logged_in')).identity.pushName).toBeNull();
    await connection.close();
    expect(Buffer.from((await engine.store.readCreds(sessionId)) ?? []).toString()).not.toContain('∙');
  });
});
