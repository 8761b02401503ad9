import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { FaultBank, matchesFault } from '../../src/sandbox/fault-bank.ts';
import { parseFault } from '../../src/sandbox/faults.ts';
import type { FaultTarget } from '../../src/sandbox/fault-bank.ts';
import type { Fault } from '../../src/sandbox/faults.ts';

describe('parseFault', () => {
  it.each<[object]>([
    [{ kind: 'failure', code: 401, times: 3, device: '15550100001:1', on: 'login' }],
    [{ kind: 'stream_error', code: 515, when: 'now' }],
    [{ kind: 'forged_root' }],
    [{ kind: 'drop', at: 3, direction: 'sent' }],
    [{ kind: 'no_answer', query: 'digest' }],
  ])('takes %j', (fault) => {
    expect(parseFault(fault)).toEqual(fault);
  });

  it('leaves out what is undefined', () => {
    expect(parseFault({ kind: 'delay', ms: 5, times: undefined })).toEqual({ kind: 'delay', ms: 5 });
  });

  it.each<[unknown, string]>([
    [undefined, 'a fault must be an object with a kind'],
    ['failure', 'a fault must be an object with a kind'],
    [{ kind: 'explode' }, 'unknown fault "explode"'],
    [{ kind: 'toString' }, 'unknown fault "toString"'],
    [{ kind: 'failure' }, 'fault failure needs code'],
    [{ kind: 'failure', code: '401' }, 'fault failure: code must be a number'],
    [{ kind: 'failure', code: -1 }, 'fault failure: code must be a number'],
    [{ kind: 'forged_leaf', times: 0 }, 'fault forged_leaf: times must be a number from 1'],
    [{ kind: 'failure', code: 401, ms: 3 }, 'fault failure does not take ms'],
    [{ kind: 'stall_hello', device: '1:1' }, 'fault stall_hello does not take device'],
    [{ kind: 'no_answer', query: 'everything' }, 'fault no_answer: query must be one of count, upload'],
  ])('refuses %j: %s', (input, complaint) => {
    expect(() => parseFault(input)).toThrow(UsageError);
    expect(() => parseFault(input)).toThrow(complaint);
  });
});

describe('matchesFault', () => {
  const fault: Fault = { kind: 'failure', code: 401 };
  it.each<[Partial<Fault>, FaultTarget, boolean]>([
    [{}, {}, true],
    [{}, { on: 'login', device: '1555:1' }, true],
    [{ on: 'login' }, { on: 'registration' }, false],
    [{ on: 'login' }, { on: 'login', device: '1555:1' }, true],
    [{ device: '1555:1' }, { on: 'login', device: '1555:1' }, true],
    [{ device: '1555' }, { on: 'login', device: '1555:1' }, true],
    [{ device: '1555:2' }, { on: 'login', device: '1555:1' }, false],
    [{ device: '1555' }, { on: 'registration' }, false],
    [{ query: 'count' }, { query: 'digest' }, false],
  ])('%j for %j: %s', (narrowed, target, expected) => {
    expect(matchesFault({ ...fault, ...narrowed }, target)).toBe(expected);
  });
});

describe('FaultBank', () => {
  it('gives a fault out as often as it was ordered, in order', () => {
    const bank = new FaultBank();
    bank.arm({ kind: 'failure', code: 401, times: 2 });
    bank.arm({ kind: 'failure', code: 503 });
    expect(bank.take('delay', {})).toBeUndefined();
    const codes = [1, 2, 3, 4].map(() => bank.take('failure', {})?.code);
    expect(codes).toEqual([401, 401, 503, undefined]);
    expect(bank.waiting).toEqual([]);
  });
});
