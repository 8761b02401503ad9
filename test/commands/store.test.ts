import { describe, expect, it } from 'vitest';
import { runStore } from '../../src/commands/store.ts';
import { UsageError } from '../../src/errors.ts';
import type { WorldParts } from '../support/fake-context.ts';
import { outcome, world } from '../support/fake-context.ts';
import { FakeStoreCopies } from '../support/fake-store-copies.ts';

const address = 'postgres://ada:hunter2@db/wactl';
const asked = { from: 'old', to: '-', giveUp: false, yes: true };

function place(io: WorldParts['io'] = {}) {
  const copies = new FakeStoreCopies();
  const made = world({
    io: { stdin: `${address}\n`, ...io },
    storeCopies: () => Promise.resolve(copies),
  });
  return { ...made, copies };
}

describe('store copy', () => {
  it('takes an address from stdin, says what was moved, and what comes next, without the address', async () => {
    const { cx, io, copies } = place();
    await runStore(cx, asked);
    expect(copies.asked).toEqual([['copy', 'old', address]]);
    expect(io.stdout).toEqual([
      'moved 2 sessions to there: 1 key, 0 webhook events, 3 tokens; all of it was read again and compared',
      'what is in here does not connect any more; remove it once the sessions work there',
    ]);
    expect(io.stderr.join()).toMatch(/wactl config set store -/);
    expect([...io.stdout, ...io.stderr].join()).not.toContain('hunter2');
  });

  it('is one document with --json', async () => {
    const { cx, io } = place({ json: true });
    await runStore(cx, asked);
    expect(io.stdout.map((line) => JSON.parse(line) as unknown)).toEqual([
      { from: 'here', to: 'there', sessions: 2, keys: 1, tokens: 3, webhook_events: 0, continued: false },
    ]);
  });

  it.each([
    ['without --yes and a terminal', { ...asked, yes: false }],
    ['with two addresses on stdin', { ...asked, from: '-' }],
  ])('%s moves nothing', async (_, options) => {
    const { cx, copies } = place();
    expect(await outcome(runStore(cx, options))).toMatch(/^usage/);
    expect(copies.asked).toEqual([]);
  });

  it('asks nothing where there is nothing to copy', async () => {
    const { cx, copies } = place();
    copies.wrong = new UsageError('there are no sessions in old', 'name another');
    expect(await outcome(runStore(cx, { ...asked, yes: false }))).toMatch(/^usage .*there are no sessions/);
    expect(copies.asked).toEqual([]);
  });

  it('--give-up asks for no question and copies nothing', async () => {
    const { cx, io, copies } = place();
    await runStore(cx, { ...asked, to: 'new', giveUp: true, yes: false });
    expect(copies.asked).toEqual([['give up', 'old']]);
    expect(io.stdout).toEqual(['the sessions in old can be used again']);
  });
});
