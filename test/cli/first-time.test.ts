import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';
import type { TestTerminal } from '../support/terminal.ts';

const usual = { columns: 80, rows: 24 };

let place: Place;
beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

/** What is on the screen when it is over, steady; fails if more was written than fits. */
async function screenAtEnd(terminal: TestTerminal): Promise<string[]> {
  await terminal.exited;
  const { active } = terminal.screen.buffer;
  expect(active.length, 'rows that were scrolled away').toBe(usual.rows);
  return terminal
    .text()
    .replace(/127\.0\.0\.1:\d+/, '127.0.0.1:PORT')
    .replace(/(as of +).*/, '$1T')
    .split('\n')
    .map((line) => line.trimEnd());
}

const screenOf = async (...args: readonly string[]): Promise<string[]> =>
  screenAtEnd(await place.terminal(args, usual));

describe("a first-time user's whole way at 80 × 24", () => {
  it('reads well without a manual: help, create, scan, status, list, delete', async () => {
    const start = await screenOf();
    expect(start.slice(0, 7)).toEqual([
      'wactl links this machine to WhatsApp on a phone, and keeps it online.',
      'Usage: wactl <command> [flags]',
      '',
      'First steps:',
      '  wactl create my-phone             pair a phone: scan the QR with WhatsApp',
      '  wactl status my-phone             ask WhatsApp whether it is logged in',
      '  wactl connect my-phone --detach   keep it online in the background',
    ]);
    expect(start.at(-1)).toBe('wactl demo             a tour in seconds, without a phone');

    expect(await screenOf('list')).toEqual(['no sessions yet; create one with: wactl create my-phone']);

    const shown = place.sandbox.waitFor('qr_shown');
    const creating = await place.terminal(['create', 'my-phone'], usual);
    await creating.waitForText('expires in');
    expect(
      creating
        .text()
        .replace(/\d+ s$/, 'N s')
        .split('\n'),
    ).toEqual([
      'The QR needs 65 × 36, this terminal has 80 × 24: enlarge it or zoom out',
      '',
      'Or stop with Ctrl-C and use:',
      '  wactl create my-phone --web',
      '  wactl create my-phone --output qr.png',
      '  wactl create my-phone --pair PHONE',
      '',
      'The QR expires in N s',
    ]);
    await shown;
    expect(await screenOf('sandbox', 'scan', '--latest')).toEqual(['15550100001:1@s.whatsapp.net']);
    expect(await screenAtEnd(creating)).toEqual([
      'my-phone is logged in (Sandy Box, +15550100001)',
      'offline now; keep it online: wactl connect my-phone --detach',
    ]);

    expect(await screenOf('status', 'my-phone')).toEqual([
      'id         my-phone',
      'status     logged in',
      'phone      +15550100001',
      'push name  Sandy Box',
      'about      Hey there! I am using WhatsApp.',
      'jid        15550100001@s.whatsapp.net',
      'link       https://wa.me/15550100001',
      'picture    http://127.0.0.1:PORT/sandbox/picture/1700000000.png',
      'as of      T',
    ]);
    expect(await screenOf('list')).toEqual([
      'ID        STATUS   PHONE         PUSH NAME  LAST SEEN',
      'my-phone  offline  +15550100001  Sandy Box  just now',
    ]);

    const deleting = await place.terminal(['delete', 'my-phone'], usual);
    await deleting.waitForText('[y/N]');
    deleting.sendKeys('y\r');
    expect(await screenAtEnd(deleting)).toEqual([
      'Delete my-phone (+15550100001) for good, and unlink it from its phone? [y/N] y',
      'my-phone: deleted',
    ]);
    expect(await screenOf('list')).toEqual(['no sessions yet; create one with: wactl create my-phone']);
    expect(place.sandbox.devices).toEqual([]);
  });
});
