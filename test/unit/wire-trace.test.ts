import { describe, expect, it } from 'vitest';
import { labelOf } from '../support/wire-labels.ts';
import { differencesOf, missingIn, readDifferences, showTrace } from '../support/wire-trace.ts';

const secret = Buffer.from('a secret');

describe('a label', () => {
  it('has the names in a stanza, and no value that is a secret or another one each time', () => {
    const key = { tag: 'key', attrs: {}, content: [{ tag: 'id', attrs: {}, content: secret }] };
    const list = { tag: 'list', attrs: {}, content: [key, key] };
    const attrs = { id: '12345.678-1', to: '15550100001@s.whatsapp.net', type: 'set', xmlns: 'encrypt' };
    expect(labelOf({ tag: 'iq', attrs, content: [list] })).toBe(
      'iq[id to type=set xmlns=encrypt](list(key(id)*))',
    );
    expect(labelOf({ tag: 'usync', attrs: { sid: '12.34-5' } })).toBe('usync[sid=N.N-N]');
  });

  it('has what a client is recognised by', () => {
    const nonce = { tag: 'link_code_pairing_nonce', attrs: {}, content: Buffer.of(0) };
    expect(labelOf(nonce)).toBe('link_code_pairing_nonce0x00');
  });
});

describe('two traces', () => {
  const ours = [{ name: 'login', lines: ['> a', '> b', '< x', '> b'] }];
  const theirs = [{ name: 'login', lines: ['> b', '> c', '< y'] }];

  it('differ by what only one client says', () => {
    expect(differencesOf(ours, theirs)).toEqual([
      { side: 'wactl', scene: 'login', label: 'a' },
      { side: 'Baileys', scene: 'login', label: 'c' },
    ]);
    expect(showTrace(ours, differencesOf(ours, theirs))).toBe(
      '== login\n> a    # not said by Baileys\n> b\n< x\n> b\n> c    # said by Baileys only\n',
    );
  });

  it('are held against a page that lists their differences', () => {
    const page =
      '# Page\n\n## Shorter\n\nIt saves time.\n\n- wactl (everywhere): `a`\n- Baileys (login): `d`\n';
    const listed = readDifferences(page, ['login']);
    const found = differencesOf(ours, theirs);
    expect(missingIn(found, listed)).toEqual(['- Baileys (login): `c`']);
    expect(missingIn(listed, found)).toEqual(['- Baileys (login): `d`']);
  });

  it('need a reason for each difference, and scenes that exist', () => {
    expect(() => readDifferences('## Shorter\n\n- wactl (login): `a`\n', ['login'])).toThrow(
      'gives no reason: Shorter',
    );
    expect(() => readDifferences('## A\n\nWhy.\n\n- wactl (logon): `a`\n', ['login'])).toThrow(
      'not played: logon',
    );
  });
});
