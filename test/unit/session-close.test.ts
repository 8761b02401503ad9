import { describe, expect, it } from 'vitest';
import { reasonOfCode } from '../../src/domain/close.ts';
import { closeSentence } from '../../src/domain/close-sentence.ts';
import { closeTable, ruleOf } from '../../src/domain/close-table.ts';
import { ClosedError } from '../../src/domain/closed-error.ts';
import type { Close, CloseReason } from '../../src/domain/close.ts';

const at = new Date('2026-03-01T12:00:00Z');

describe('the close table', () => {
  // reason, next, resting status, code in JSON, exit status
  it.each<[CloseReason, string, string, string, number]>([
    ['ended_here', 'final', 'disconnected', 'unreachable', 5],
    ['restart_required', 'free', 'disconnected', 'unreachable', 5],
    ['unreachable', 'retry', 'disconnected', 'unreachable', 5],
    ['timed_out', 'retry', 'disconnected', 'timed_out', 5],
    ['connection_lost', 'retry', 'disconnected', 'unreachable', 5],
    ['connection_closed', 'retry', 'disconnected', 'unreachable', 5],
    ['server_error', 'retry', 'disconnected', 'unreachable', 5],
    ['unavailable', 'retry', 'disconnected', 'unreachable', 5],
    ['proxy_failed', 'retry', 'disconnected', 'unreachable', 5],
    ['certificate_out_of_date', 'retry', 'disconnected', 'unreachable', 5],
    ['unauthorized', 'free', 'disconnected', 'unreachable', 5],
    ['logged_out', 'final', 'logged_out', 'logged_out', 4],
    ['unlinked_here', 'final', 'logged_out', 'logged_out', 4],
    ['replaced', 'final', 'failed', 'replaced', 6],
    ['banned', 'final', 'failed', 'banned', 8],
    ['outdated', 'refresh_version', 'failed', 'outdated', 9],
    ['refused', 'final', 'failed', 'refused', 8],
    ['multidevice_mismatch', 'final', 'failed', 'pairing_refused', 7],
    ['pairing_expired', 'final', 'disconnected', 'pairing_expired', 7],
    ['pairing_refused', 'final', 'disconnected', 'pairing_refused', 7],
    ['code_refused', 'final', 'disconnected', 'pairing_refused', 7],
    ['passkey_required', 'final', 'disconnected', 'passkey_required', 10],
    ['passkey_failed', 'final', 'disconnected', 'pairing_refused', 7],
    ['forged', 'final', 'disconnected', 'pairing_refused', 7],
  ])('%s: %s, rests as %s, is %s, ends with %i', (reason, next, restingStatus, errorCode, exitStatus) => {
    expect(closeTable[reason]).toMatchObject({ next, restingStatus, errorCode });
    expect(new ClosedError({ reason, code: null, at }, { id: 'a', endpoint: null }).exitStatus).toBe(
      exitStatus,
    );
  });

  it('has a row here for each reason', () => {
    expect(Object.keys(closeTable)).toHaveLength(24);
  });

  it.each(Object.keys(closeTable) as CloseReason[])(
    '%s: its words name the session, not a placeholder',
    (reason) => {
      const error = new ClosedError({ reason, code: null, at }, { id: 'my-phone', endpoint: null });
      expect(error.message).toBe(`my-phone: ${closeTable[reason].meaning}`);
      expect(error.hint).toBe(closeTable[reason].hint.split('{id}').join('my-phone'));
      expect(error.hint).toMatch(/\w/);
      expect(error.hint).not.toMatch(/[{}]/);
      expect(error.message).not.toMatch(/[{}]/);
    },
  );

  it('has a hint of its own for a sandbox that does not answer', () => {
    const endpoint = { url: 'ws://127.0.0.1:4433/ws/chat', rootKey: '' };
    const hintOf = (reason: CloseReason) =>
      new ClosedError({ reason, code: null, at }, { id: 'a', endpoint }).hint;
    expect(hintOf('unreachable')).toBe(
      'the session belongs to the sandbox at ws://127.0.0.1:4433/ws/chat, which does not answer: start one with: ' +
        'wactl sandbox; if that sandbox is gone for good, delete the session with: wactl delete a --force',
    );
    expect(hintOf('replaced')).toBe(closeTable.replaced.hint);
  });

  it.each([
    [401, 'logged_out'],
    [402, 'banned'],
    [403, 'banned'],
    [405, 'outdated'],
    [406, 'banned'],
    [408, 'timed_out'],
    [411, 'multidevice_mismatch'],
    [428, 'connection_closed'],
    [440, 'replaced'],
    [500, 'server_error'],
    [503, 'unavailable'],
    [515, 'restart_required'],
    [516, 'restart_required'],
    [599, 'server_error'],
  ])('code %i is %s', (code, reason) => {
    expect(reasonOfCode(code)).toBe(reason);
  });

  it('uses the given reason for an unknown code', () => {
    expect(reasonOfCode(418, 'refused')).toBe('refused');
    expect(reasonOfCode(503, 'refused')).toBe('unavailable');
  });

  it.each<[CloseReason, number | null, object]>([
    ['ended_here', null, { isOwn: true }],
    ['logged_out', 401, { isUnlinked: true }],
    ['unlinked_here', null, { isUnlinked: true }],
    ['refused', 418, { isMendedByPairing: true }],
    ['multidevice_mismatch', 411, { isMendedByPairing: true }],
    ['code_refused', 429, { errorCode: 'pairing_refused', hint: expect.stringContaining('by QR') as string }],
    ['banned', 403, { isMendedByPairing: true, errorCode: 'banned', restingStatus: 'failed' }],
  ])('%s %s is special', (reason, code, special) => {
    expect(ruleOf({ reason, code })).toMatchObject(special);
  });

  it('has special cases nowhere else', () => {
    const columns = ['isOwn', 'isUnlinked', 'isMendedByPairing', 'byCode'] as const;
    const special = Object.entries(closeTable).filter(([, rule]) => columns.some((column) => rule[column]));
    expect(special.map(([reason]) => reason)).toEqual([
      'ended_here',
      'logged_out',
      'unlinked_here',
      'banned',
      'refused',
      'multidevice_mismatch',
      'pairing_refused',
      'code_refused',
    ]);
  });
});

describe('a close in words', () => {
  const expiresAt = new Date('2026-03-02T18:30:59Z');
  it.each<[Omit<Close, 'at'>, string]>([
    [{ reason: 'banned', code: 406 }, 'WhatsApp has banned this account or locked it temporarily (406)'],
    [{ reason: 'banned', code: 402 }, 'WhatsApp has banned this account temporarily (402)'],
    [
      { reason: 'banned', code: 402, banCode: 104, expiresAt },
      'WhatsApp has banned this account temporarily, until 2026-03-02 18:30 UTC (402): the same message to too many ' +
        'people (ban code 104)',
    ],
    [
      { reason: 'banned', code: 402, banCode: 199, detail: 'Sorry' },
      'WhatsApp has banned this account temporarily (402): ban code 199; Sorry',
    ],
    [
      { reason: 'banned', code: 403, detail: 'You were logged out' },
      'WhatsApp has locked this account, or logged its phone out (403): You were logged out',
    ],
    [{ reason: 'unreachable', code: null }, 'WhatsApp cannot be reached'],
  ])('%o', (close, words) => {
    expect(closeSentence({ ...close, at })).toBe(words);
    expect(new ClosedError({ ...close, at }, { id: 'a', endpoint: null }).message).toBe(`a: ${words}`);
  });
});
