import { describe, expect, it } from 'vitest';
import {
  connectionsFinding,
  databaseFinding,
  poolerFinding,
  replicationFinding,
} from '../../src/store/postgres/server-findings.ts';

describe('what doctor says of a PostgreSQL', () => {
  const sound = {
    what: 'the database "x", PostgreSQL 15.1',
    schema: 2,
    latestSchema: 2,
    isReplica: false,
    forgets: false,
    isolation: 'read committed',
    apartMs: 0,
    shortLimit: null,
  };

  it.each([
    ['one that is sound', {}, 'ok', ''],
    ['one without tables', { schema: 0 }, 'ok', ', no tables yet: the first command makes them'],
    [
      'one that an older wactl made',
      { schema: 1 },
      'warning',
      ': an older wactl made its tables (schema 1; this version knows 2)',
    ],
    ['a replica', { isReplica: true }, 'warning', ', is a replica, which can only be read'],
    [
      'one that does not wait for its disk',
      { forgets: true },
      'warning',
      ', forgets what it has stored when',
    ],
    [
      'a limit that ends statements early',
      { shortLimit: { name: 'statement_timeout', ms: 900 } },
      'warning',
      ': the statement_timeout of this user is 900 ms, which ends statements that only take a while',
    ],
    ['a clock 5 s ahead', { apartMs: 5_000 }, 'ok', ''],
    [
      'a clock 6 s ahead',
      { apartMs: 6_000 },
      'warning',
      ': its clock and that of this machine are 6 s apart',
    ],
    ['a clock a day behind', { apartMs: -86_400_000 }, 'warning', 'are 86400 s apart'],
    [
      'another isolation',
      { isolation: 'serializable' },
      'warning',
      ': its usual isolation is "serializable"',
    ],
  ])('%s', (_, facts, status, words) => {
    const finding = databaseFinding({ ...sound, ...facts });
    expect(finding).toMatchObject({
      status,
      details: expect.stringContaining(words || sound.what) as string,
    });
    expect(finding.remedy === null).toBe(status === 'ok');
  });

  it.each([
    [{ most: 97, hosts: 0 }, 'ok', '97 at most: enough for 13 serves'],
    [{ most: 97, hosts: 3 }, 'ok', '97 at most, of which 3 running serves may use 21'],
    [{ most: 28, hosts: 3 }, 'ok', '28 at most, of which 3 running serves may use 21'],
    [
      { most: 27, hosts: 3 },
      'warning',
      '27 connections at most, and 3 running serves with a command need up to 28',
    ],
  ])('of its connections: %o', (facts, status, details) => {
    expect(connectionsFinding(facts)).toMatchObject({ status, details });
  });

  it.each([
    [{ replicas: 0, named: '', durability: 'on' }, 'ok', 'no replica follows'],
    [
      { replicas: 1, named: 'ANY 1 (*)', durability: 'on' },
      'ok',
      'a commit waits for the replicas "ANY 1 (*)"',
    ],
    [{ replicas: 2, named: '', durability: 'on' }, 'warning', '2 replicas that no commit waits for: one'],
    [
      { replicas: 1, named: 'b', durability: 'local' },
      'warning',
      'replicas are not waited for, although "b"',
    ],
  ])('of replication: %o', (facts, status, words) => {
    expect(replicationFinding(facts)).toMatchObject({
      status,
      details: expect.stringContaining(words) as string,
    });
  });

  it('of a pooler', () => {
    expect(poolerFinding({ isByTransaction: false }).details).toBe('each connection is one of the server');
    expect(poolerFinding({ isByTransaction: true })).toMatchObject({
      status: 'ok',
      details: expect.stringContaining('a pooler gives each transaction to another connection') as string,
    });
  });
});
