import { describe, expect, it } from 'vitest';
import { InterruptedError, WactlError } from '../../src/errors.ts';
import { settled } from '../support/fake-clock.ts';
import { holding, rejection } from '../support/fake-holding.ts';

describe('logout', () => {
  it('unlinks first and forgets the credentials afterwards', async () => {
    const { holder, interrupt, session, store, whatsapp } = await holding(
      [
        (line) => {
          line.logout = async () => {
            expect(await store.readCreds('a')).toBeDefined();
            await settled();
            expect(await store.readCreds('a')).toBeDefined();
          };
          line.logsIn();
        },
      ],
      { name: 'My phone' },
    );
    const result = await holder.logout(await session(), { signal: interrupt.signal });
    expect(result).toMatchObject({ id: 'a', status: 'logged_out' });
    expect(await store.readCreds('a')).toBeUndefined();
    expect(await session()).toMatchObject({
      paired: false,
      status: 'logged_out',
      name: 'My phone',
      phoneNumber: '15551234567',
      whatsappJid: null,
      lastClose: { reason: 'unlinked_here', code: null },
    });
    expect(whatsapp.line.hungUp).toBe(true);
  });

  it('of a session that is not paired has nothing to do', async () => {
    const { holder, interrupt, session } = await holding([]);
    expect(await holder.logout(await session(), { signal: interrupt.signal })).toMatchObject({
      status: 'disconnected',
      details: expect.stringContaining('not paired') as string,
    });
  });

  it('of a device that the phone had already unlinked succeeds', async () => {
    const { holder, interrupt, session, store } = await holding(
      [(line) => line.closes('logged_out', 401)],
      {},
    );
    expect(await holder.logout(await session(), { signal: interrupt.signal })).toMatchObject({
      status: 'logged_out',
    });
    expect(await store.readCreds('a')).toBeUndefined();
    expect(await session()).toMatchObject({ paired: false, status: 'logged_out' });
  });

  it('succeeds when WhatsApp ends the connection with 401 instead of an answer', async () => {
    const { holder, interrupt, session } = await holding(
      [
        (line) => {
          line.logout = () => {
            line.closes('logged_out', 401);
            return Promise.reject(new WactlError('unreachable', 'the connection is closed'));
          };
          line.logsIn();
        },
      ],
      {},
    );
    expect(await holder.logout(await session(), { signal: interrupt.signal })).toMatchObject({
      status: 'logged_out',
    });
    expect((await session()).paired).toBe(false);
  });
});

describe('a logout that WhatsApp did not confirm', () => {
  it.each(['unreachable', 'timed_out', 'replaced', 'banned'] as const)(
    '(%s) keeps everything',
    async (reason) => {
      const { holder, interrupt, session, store } = await holding([(line) => line.closes(reason)], {});
      expect(await rejection(holder.logout(await session(), { signal: interrupt.signal }))).toMatchObject({
        close: { reason },
      });
      expect(await store.readCreds('a')).toBeDefined();
      expect((await session()).paired).toBe(true);
    },
  );

  it('because it did not answer keeps everything', async () => {
    const { holder, interrupt, session, store, whatsapp } = await holding(
      [
        (line) => {
          line.logout = () => Promise.reject(new WactlError('timed_out', 'no answer'));
          line.logsIn();
        },
      ],
      {},
    );
    expect(await rejection(holder.logout(await session(), { signal: interrupt.signal }))).toMatchObject({
      code: 'timed_out',
    });
    expect(await store.readCreds('a')).toBeDefined();
    expect(whatsapp.line.hungUp).toBe(true);
  });

  it('within the time limit keeps everything', async () => {
    const { holder, interrupt, session, clock } = await holding([() => undefined], {});
    const error = rejection(holder.logout(await session(), { signal: interrupt.signal, timeoutMs: 1_000 }));
    await clock.advance(1_000);
    expect(await error).toMatchObject({ code: 'timed_out', exitStatus: 5 });
    expect((await session()).paired).toBe(true);
  });

  it('because of a signal keeps everything', async () => {
    const { holder, interrupt, session } = await holding([() => undefined], {});
    const error = rejection(holder.logout(await session(), { signal: interrupt.signal }));
    await settled();
    const reason = new InterruptedError('SIGINT');
    interrupt.abort(reason);
    expect(await error).toBe(reason);
    expect((await session()).paired).toBe(true);
  });
});

it('disconnect of a session that no process holds says so', async () => {
  const { holder, interrupt, session } = await holding([], {});
  expect(await holder.disconnect(await session(), { signal: interrupt.signal })).toEqual({
    id: 'a',
    status: 'disconnected',
    details: 'already disconnected',
  });
});
