import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { AssertionFlaw } from '../../src/sandbox/passkey-authenticator.ts';
import { sessionId, startEngine } from '../support/engine.ts';
import type { Engine, Followed } from '../support/engine.ts';

// Since the summer of 2026 some accounts ask for their passkey before they link a device.

let sandbox: Sandbox;
const phone = '15550100001';

beforeEach(async () => {
  sandbox = await startSandbox({ account: { passkey: true } });
});

afterEach(() => sandbox.close());

type Deadlines = NonNullable<Parameters<typeof startEngine>[1]>['deadlines'];

/** Up to the request for the passkey, by QR. */
async function untilAsked(
  deadlines: Deadlines = {},
  comparesCodes = false,
): Promise<{ engine: Engine; followed: Followed; options: string }> {
  const engine = await startEngine(sandbox, { deadlines });
  const followed = engine.connect({ kind: 'pair_by_qr', comparesCodes });
  sandbox.scan((await followed.until('qr')).payload);
  const { options } = await followed.until('passkey');
  return { engine, followed, options };
}

describe('an account behind a passkey', () => {
  it('is linked by QR, and the codes are the same on both sides', async () => {
    const { engine, followed, options } = await untilAsked();
    const { connection, until, events } = followed;
    const onPhone = sandbox.waitFor('passkey_code');
    connection.answerPasskey(sandbox.signPasskey(options));
    const { code, needsConfirmation } = await until('passkey_code');
    expect(await onPhone).toMatchObject({ code });
    expect(needsConfirmation).toBe(false);
    await until('logged_in');
    expect(events.map(({ kind }) => kind)).toEqual([
      'connected',
      'qr',
      'passkey',
      'passkey_code',
      'paired',
      'connected',
      'logged_in',
    ]);
    await connection.close();
    expect(await engine.store.get(sessionId)).toMatchObject({ unconfirmed: true });
  });

  it('is linked by code', async () => {
    const engine = await startEngine(sandbox);
    const { connection, until } = engine.connect({ kind: 'pair_by_code', phone, pushNotification: true });
    await sandbox.enterCode(phone, (await until('pair_code')).code);
    connection.answerPasskey(sandbox.signPasskey((await until('passkey')).options));
    await until('logged_in');
    await connection.close();
  });

  it('acknowledges what WhatsApp asks', async () => {
    const acknowledged = sandbox.waitFor('acknowledged');
    const { followed } = await untilAsked();
    expect(await acknowledged).toMatchObject({ type: 'passkey_prologue_request' });
    await followed.connection.close();
  });

  it('asks for the options when the request has none', async () => {
    sandbox.fault({ kind: 'passkey', flaw: 'no_options' });
    const { followed, options } = await untilAsked();
    followed.connection.answerPasskey(sandbox.signPasskey(options));
    await followed.until('logged_in');
    await followed.connection.close();
  });

  it('shows the second request when WhatsApp asks twice, and is linked with the secret of the first', async () => {
    sandbox.fault({ kind: 'passkey', flaw: 'second_request' });
    const { followed, options } = await untilAsked();
    const { connection, until } = followed;
    connection.answerPasskey(sandbox.signPasskey(options));
    const second = await until('passkey', 2);
    expect(second.options).not.toBe(options);
    connection.answerPasskey(sandbox.signPasskey(second.options));
    await until('logged_in');
    await connection.close();
  });

  it('waits until the person has compared the codes, when told so', async () => {
    const { followed, options } = await untilAsked({}, true);
    const { connection, until } = followed;
    expect(() => connection.confirmPasskey()).toThrow('no code waits');
    connection.answerPasskey(sandbox.signPasskey(options));
    expect(await until('passkey_code')).toMatchObject({ needsConfirmation: true });
    connection.confirmPasskey();
    await until('logged_in');
    await connection.close();
  });

  it('lets the person compare the codes when the answer came too late for the proof', async () => {
    const { followed, options } = await untilAsked({ passkeyHandoffMs: 0 });
    const { connection, until } = followed;
    connection.answerPasskey(sandbox.signPasskey(options));
    expect(await until('passkey_code')).toMatchObject({ needsConfirmation: true });
    connection.confirmPasskey();
    await until('logged_in');
    await connection.close();
  });

  it('the QRs that expire meanwhile do not end it', async () => {
    await sandbox.close();
    sandbox = await startSandbox({ account: { passkey: true }, firstRefMs: 1_000, refMs: 1 });
    const lastExpired = sandbox.waitFor('ref_expired', ({ index }) => index === 5);
    const { followed, options } = await untilAsked({ firstRefMs: 900, laterRefMs: 1 });
    const { connection, until } = followed;
    await lastExpired;
    connection.answerPasskey(sandbox.signPasskey(options));
    await until('logged_in');
    await connection.close();
  });
});

describe('an answer that WhatsApp would not accept is refused before it is sent', () => {
  const flaws: readonly (readonly [string, AssertionFlaw, RegExp])[] = [
    ['another challenge', { challenge: 'AAAA' }, /answers another request/],
    ['another page', { origin: 'https://example.org' }, /made on another page/],
    ['another type', { type: 'webauthn.create' }, /not made to log in/],
    ['another site', { relyingParty: 'example.org' }, /passkey of another site/],
    ['an owner that was not checked', { isUnverified: true }, /did not check its owner/],
  ];

  it.each(flaws)('%s; the right one then links', async (_, flaw, words) => {
    const { followed, options } = await untilAsked();
    const { connection, until } = followed;
    expect(() => connection.answerPasskey(sandbox.signPasskey(options, sandbox.phone(), flaw))).toThrow(
      words,
    );
    connection.answerPasskey(sandbox.signPasskey(options));
    await until('logged_in');
    await connection.close();
  });

  it('nothing is asked yet', async () => {
    const engine = await startEngine(sandbox);
    const { connection, until } = engine.connect({ kind: 'pair_by_qr' });
    await until('qr');
    expect(() => connection.answerPasskey('{}')).toThrow('does not ask for a passkey');
    await connection.close();
  });
});

describe('a passkey that leads nowhere ends in time, and nothing is stored', () => {
  const short = { passkeyStepMs: 200 };

  it('nobody answers: three requests, then passkey_required', async () => {
    const { engine, followed } = await untilAsked({ passkeyOptionsMs: 50 });
    expect(await followed.closed).toMatchObject({ reason: 'passkey_required' });
    expect(followed.events.filter(({ kind }) => kind === 'passkey')).toHaveLength(3);
    expect(await engine.store.readCreds(sessionId)).toBeUndefined();
  });

  it('the passkey of another account: a result, then silence', async () => {
    const { engine, followed, options } = await untilAsked(short);
    const refused = sandbox.waitFor('passkey_refused');
    followed.connection.answerPasskey(sandbox.signPasskey(options, sandbox.phone('15550100002')));
    expect(await refused).toMatchObject({ reason: 'this is not the passkey of the account' });
    expect(await followed.closed).toMatchObject({
      reason: 'passkey_failed',
      detail: 'the phone did not continue',
    });
    expect(await engine.store.readCreds(sessionId)).toBeUndefined();
  });

  it.each([
    ['no_continuation', 'the phone did not continue'],
    ['short_nonce', 'the phone sent keys of the wrong length'],
    ['no_link', 'the phone did not finish'],
  ])('the phone: %s', async (flaw, detail) => {
    sandbox.fault({ kind: 'passkey', flaw });
    const { engine, followed, options } = await untilAsked(short);
    followed.connection.answerPasskey(sandbox.signPasskey(options));
    expect(await followed.closed).toMatchObject({ reason: 'passkey_failed', detail });
    expect(await engine.store.readCreds(sessionId)).toBeUndefined();
  });

  it('nobody compares the codes', async () => {
    const { engine, followed, options } = await untilAsked(short, true);
    followed.connection.answerPasskey(sandbox.signPasskey(options));
    expect(await followed.closed).toMatchObject({
      reason: 'passkey_failed',
      detail: 'nobody compared the codes in time',
    });
    expect(await engine.store.readCreds(sessionId)).toBeUndefined();
  });

  it('the pairing is stopped while the passkey is awaited', async () => {
    const { engine, followed } = await untilAsked();
    await followed.connection.close();
    expect(await engine.store.readCreds(sessionId)).toBeUndefined();
  });
});
