import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';

let place: Place;
beforeEach(async () => {
  place = await Place.make();
  await place.pair('my-phone');
});
afterEach(() => place.remove());

const usual = { columns: 80, rows: 24 };
const escape = '\x1b';

describe('a dumb terminal, as of an editor or a screen reader', () => {
  const dumb = { TERM: 'dumb' };

  it.each([['list'], ['status'], ['create', '--help'], ['nonsense'], ['delete']])(
    'gets not one escape sequence: %s',
    async (command, ...flags) => {
      const id = command === 'status' || command === 'delete' ? ['my-phone'] : [];
      const terminal = await place.terminal([command, ...flags, ...id], usual, dumb);
      if (command === 'delete') {
        await terminal.waitForText('[y/N]');
        terminal.sendKeys('n\r');
      }
      await terminal.exited;
      expect(terminal.text()).not.toBe('');
      expect(terminal.written).not.toContain(escape);
    },
  );

  it('is told a pairing code once, as lines, and when it is done', async () => {
    const args = ['create', 'by-code', '--pair', '+15550100002', '--code', 'ABCDEFGH'];
    const terminal = await place.terminal(args, usual, dumb);
    await terminal.waitForText('The code expires in');
    await place.sandbox.enterCode('15550100002', 'ABCDEFGH');
    expect(await terminal.exited).toMatchObject({ status: 0 });
    expect(terminal.written).not.toContain(escape);
    expect(terminal.text().match(/ABCD-EFGH/g)).toHaveLength(1);
    expect(terminal.text()).toMatch(
      /by-code is logged in \(Sandy Box, \+15550100002\)\n.*keep it online: wactl connect by-code --detach$/,
    );
  });
});

describe('colour', () => {
  const coloured = `${escape}[`;

  it.each([
    ['is there on a terminal', {}, true],
    ['is not there with NO_COLOR', { NO_COLOR: '1' }, false],
    ['is not there with FORCE_COLOR=0', { FORCE_COLOR: '0' }, false],
  ])('%s', async (_name, env, expected) => {
    const terminal = await place.terminal(['list'], usual, env);
    await terminal.exited;
    expect(terminal.written.includes(coloured)).toBe(expected);
  });

  it.each([
    ['is not in a pipe', {}, false],
    ['is in a pipe with FORCE_COLOR', { FORCE_COLOR: '1' }, true],
    ['is never in JSON', { FORCE_COLOR: '1' }, false, '--json'],
  ])('%s', async (_name, env, expected, ...flags: readonly string[]) => {
    const { stderr, stdout } = await place.run(['status', 'nobody', ...flags], { env });
    expect((stdout + stderr).includes(coloured)).toBe(expected);
  });
});

describe('a terminal of 40 columns', () => {
  it.each([['list'], ['status', 'my-phone'], ['show', 'my-phone'], ['sandbox', 'devices']])(
    'shows all of it: %s',
    async (...args) => {
      const terminal = await place.terminal(args, { columns: 40, rows: 40 });
      await terminal.exited;
      expect(terminal.text()).toMatch(/my-phone|15550100001:1@s\.whatsapp\.net/);
      const { active } = terminal.screen.buffer;
      expect(active.length, 'rows that were scrolled away').toBe(40);
    },
  );

  it('has a record for each session, whatever its push name', async () => {
    const phone = place.sandbox.phone('15550100002');
    place.sandbox.rename('\u{1F468}\u200D\u{1F469}漢字\u202E\x1b[2J', phone);
    const creating = place.start(['create', 'second', '--json']);
    place.sandbox.scan(await creating.qr(), phone);
    await creating.exited;
    const terminal = await place.terminal(['list'], { columns: 40, rows: 20 });
    await terminal.exited;
    const lines = terminal.text().split('\n');
    expect(lines.map((line) => line.trimEnd())).toEqual([
      'id         my-phone',
      'status     offline',
      'phone      +15550100001',
      'push name  Sandy Box',
      'last seen  just now',
      '',
      'id         second',
      'status     offline',
      'phone      +15550100002',
      expect.stringMatching(/^push name {2}.*漢字$/) as string,
      'last seen  just now',
    ]);
    expect(terminal.written).not.toMatch(/\u202E|\x1b\[2J/);
  });
});
