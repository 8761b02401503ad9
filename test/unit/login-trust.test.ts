import { expect, test } from 'vitest';
import type { Close, CloseReason } from '../../src/domain/close.ts';
import { afterLook, looksUntilCutOff, takesShare, trusted } from '../../src/domain/login-trust.ts';
import type { LoginTrust, SeenLogins } from '../../src/domain/login-trust.ts';

const failed = (reason: CloseReason): { close: Close } => ({
  close: { reason, code: null, at: new Date(0) },
});
const untried = { close: null };
const failing: SeenLogins = {
  own: [failed('unreachable'), untried],
  isOnlineHere: false,
  others: 'online',
};
const none: SeenLogins = { ...failing, own: [] };
const after = (trust: LoginTrust, looks: number, seen: SeenLogins): LoginTrust =>
  Array.from({ length: looks }).reduce<LoginTrust>((so) => afterLook(so, seen), trust);

const cutOff = after(trusted, looksUntilCutOff, failing);
const onTrial = after(cutOff, 12, none);

test('six looks in a row at which none could log in cut a host off, five do not', () => {
  expect(after(trusted, 5, failing)).toEqual({ kind: 'trusted', failed: 5 });
  expect(cutOff).toEqual({ kind: 'cut_off', looksLeft: 12, nextRest: 24 });
  expect([trusted, cutOff, onTrial].map(takesShare)).toEqual([true, false, true]);
});

test.each<[string, Partial<SeenLogins>]>([
  ['one is logged in', { isOnlineHere: true }],
  ['no other host is there', { others: 'none' }],
  ['nowhere is one logged in', { others: 'offline' }],
  ['it has none', { own: [] }],
  ['none was tried', { own: [untried, untried] }],
  ['their proxies fail', { own: [failed('proxy_failed'), failed('proxy_failed')] }],
  ['WhatsApp answers with an error', { own: [failed('server_error')] }],
])('the count begins anew when %s', (_, seen) => {
  expect(after(after(trusted, 5, failing), 1, { ...failing, ...seen })).toEqual(trusted);
});

test.each<CloseReason>(['unreachable', 'timed_out', 'certificate_out_of_date'])(
  'a single session counts, and one among others that fail by themselves: %s',
  (reason) => {
    for (const own of [[failed(reason)], [failed('proxy_failed'), failed(reason)]])
      expect(after(trusted, 6, { ...failing, own }).kind).toBe('cut_off');
  },
);

test('a host that is cut off is on trial after twelve looks, and cut off again as soon as all that it has have failed', () => {
  expect(after(cutOff, 11, none).kind).toBe('cut_off');
  expect(onTrial).toEqual({ kind: 'on_trial', failed: 0, hasSome: false, nextRest: 24 });
  const trying = after(onTrial, 1, failing);
  expect([trying.kind, takesShare(trying)]).toEqual(['on_trial', false]);
  const all = { ...failing, own: [failed('unreachable'), failed('timed_out')] };
  expect(after(trying, 1, all)).toEqual({ kind: 'cut_off', looksLeft: 24, nextRest: 48 });
});

test('a trial in which no attempt comes to its end is over after six looks', () => {
  expect(after(onTrial, 5, failing).kind).toBe('on_trial');
  expect(after(onTrial, 6, failing).kind).toBe('cut_off');
});

test('a login on trial, or while sessions are still let go of, ends it, and the next rest is short again', () => {
  for (const trust of [cutOff, onTrial])
    expect(after(trust, 1, { ...failing, isOnlineHere: true })).toEqual(trusted);
});

test('rests double up to an hour', () => {
  const rests: number[] = [];
  const all = { ...failing, own: [failed('unreachable')] };
  for (let trust = cutOff; rests.length < 8; trust = after(trust, 1, all))
    if (trust.kind === 'cut_off' && trust.looksLeft * 2 >= trust.nextRest) {
      rests.push(trust.looksLeft * 5);
      trust = after(trust, trust.looksLeft, none);
    }
  expect(rests).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600]);
});
