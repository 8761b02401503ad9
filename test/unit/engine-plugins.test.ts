import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Change = { readonly from: string | RegExp; readonly to: string; readonly times?: number };

const { replaced } = (await import(new URL('../../.config/replaced.js', import.meta.url).href)) as {
  replaced: (source: string, change: Change, path: string) => string;
};
const { splitTypes } = (await import(new URL('../../.config/engine-plugins.js', import.meta.url).href)) as {
  splitTypes: (source: string, path: string) => { readonly contents: string; readonly rest: string };
};

const waProto = readFileSync(
  new URL('../../node_modules/@whiskeysockets/baileys/WAProto/index.js', import.meta.url),
  'utf8',
);

describe('a change to a file of Baileys', () => {
  it('is made as often as it says', () => {
    expect(replaced('a b a', { from: 'a', to: '$&', times: 2 }, 'file')).toBe('$& b $&');
    expect(replaced('a1 a2', { from: /a(\d)/g, to: 'b$1', times: 2 }, 'file')).toBe('b1 b2');
  });

  it.each([
    ['once too often', 'a a', 'a', 'file has 2 × a, not 1: look at what changes it in .config'],
    ['not at all', 'b', /a/g, 'file has 0 × /a/g, not 1: look at what changes it in .config'],
  ])('stops the build when it would be made %s', (_, source, from, sentence) => {
    expect(() => replaced(source, { from, to: 'c' }, 'file')).toThrow(sentence);
  });
});

describe('splitting the message types', () => {
  it('keeps in the bundle what a connection needs until its QR', () => {
    const { contents, rest } = splitTypes(waProto, 'WAProto');
    expect(contents).toContain('lazily(proto, "HandshakeMessage", function() {');
    expect(contents).toContain('lazily(proto, "Message", () => rest().Message);');
    expect(rest).toContain('lazily(types, "Message", function() {');
  });

  it('leaves out what nobody asks a message, and keeps the fields that exclude one another', () => {
    const { contents, rest } = splitTypes(waProto, 'WAProto');
    const both = contents + rest;
    for (const word of ['getTypeUrl', 'Virtual OneOf for proto3 optional field', 'd._'])
      expect([word, both.includes(word)]).toEqual([word, false]);
    expect(both.match(/oneOfGetter/g)).toHaveLength(18);
  });

  it.each([
    ['a type fewer', /^ {4}proto\.ActionLink = /m, '    proto["ActionLink"] = ', 'WAProto has 201 × '],
    [
      'a new name for one that is needed early',
      'proto.CertChain = ',
      'proto.CertLink = ',
      'WAProto has no type CertChain',
    ],
    ['another beginning', 'export const proto', 'const proto', 'WAProto has 0 × export const proto, not 1'],
  ])('stops the build when Baileys has %s', (_, from, to, sentence) => {
    const changed = waProto.replace(from, to);
    expect(() => splitTypes(changed, 'WAProto')).toThrow(sentence);
  });
});
