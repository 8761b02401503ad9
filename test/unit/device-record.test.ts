import { describe, expect, it } from 'vitest';
import { deviceRecord } from '../../src/schema/device-record.ts';
import { grown, newborn } from '../support/fake-session.ts';

describe('the device of a session', () => {
  it('is the one that the phone lists', () => {
    const { device_id: id, lid } = deviceRecord(grown);
    expect([id, lid]).toEqual([Number(grown.whatsappJid?.match(/:(\d+)@/)?.[1]), '987654321@lid']);
  });

  it.each([
    ['never paired', newborn, { code: 'not_paired' }],
    [
      'with a pairing that no login has confirmed',
      { ...newborn, unconfirmed: true },
      { code: 'not_paired', hint: expect.stringContaining('wactl status') as string },
    ],
    ['damaged', { ...grown, damaged: 'pair_again' as const }, { code: 'store_damaged' }],
  ])('%s is an error', (_, session, error) => {
    expect(() => deviceRecord(session)).toThrow(expect.objectContaining(error) as Error);
  });
});
