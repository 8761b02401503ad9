import { describe, expect, it } from 'vitest';
import { cellWidth, cutToWidth } from '../../src/terminal/cell-width.ts';
import { jsonLine } from '../../src/terminal/json-line.ts';
import { PaintedText, sanitize, sanitizeWords } from '../../src/terminal/sanitize.ts';
import { wantsColour } from '../../src/terminal/wants-colour.ts';
import { wrapWords } from '../../src/terminal/wrap-words.ts';

describe('plain', () => {
  it.each([
    ['Anna', 'Anna'],
    ['Žofia Ñandú 李小龍 👩‍💻', 'Žofia Ñandú 李小龍 👩‍💻'],
    ['\x1b[31mred\x1b[0m', 'red'],
    ['\x1b]0;title\x07name', 'name'],
    ['\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['\u009b2Jgone', 'gone'],
    ['a\r\nb\tc\0d\x7fe\u0085f\u2028g', 'a b c d e f g'],
    ['cafe\u202eexe.\u2066x\ufeff', 'cafeexe.x'],
    ['\x1b', ''],
    ['Eve\x1b[8m hidden', 'Eve hidden'],
    ['\x9b8mEve', 'Eve'],
    ['\x1bPq#0;2;0;0;0\x1b\\sixel', 'q#0;2;0;0;0 \\sixel'],
    ['half \ud83d and \udc69 pair 👩', 'half \ufffd and \ufffd pair 👩'],
    ['a\u200bd\u2060m\u180ei\ufff9n\u{e0001}', 'admin'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
  ])('%j is shown as %j', (text, shown) => {
    expect(sanitize(text)).toBe(shown);
  });

  it.each([
    ['a line, with its indentation', '  id\x1b[2J\nb\x07c', '  id b c'],
    ['several lines', ['  \x1b[1mid\x1b[0m', 'b\nc'], '  id\nb c'],
    ['what was made plain and coloured', new PaintedText('\x1b[1mid\x1b[22m\nb'), '\x1b[1mid\x1b[22m\nb'],
  ])('of %s', (_, words, shown) => {
    expect(sanitizeWords(words)).toBe(shown);
  });
});

describe('jsonLine', () => {
  it('escapes characters that act on a terminal, and keeps the meaning', () => {
    const value = { name: 'a\u009b2J\x7f\u202e\u2028\x1b[1m é 👩‍💻', none: undefined };
    const line = jsonLine(value);
    expect(line).toBe('{"name":"a\\u009b2J\\u007f\\u202e\\u2028\\u001b[1m é 👩‍💻"}\n');
    expect(JSON.parse(line)).toEqual({ name: value.name });
  });
});

describe('cellWidth', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['李小龍', 6],
    ['👩‍💻', 2],
    ['🇸🇰', 2],
    ['❤️', 2],
    ['한', 2],
    ['ｱ', 1],
    ['\u200b', 0],
  ])('%j takes %i', (text, width) => {
    expect(cellWidth(text)).toBe(width);
  });

  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 4, 'abc…'],
    ['李小龍', 5, '李小…'],
    ['李小龍', 4, '李…'],
    ['👩‍💻👩‍💻', 3, '👩‍💻…'],
  ])('%j in %i is %j', (text, width, cut) => {
    expect(cutToWidth(text, width)).toBe(cut);
  });
});

describe('wrapWords', () => {
  it.each([
    ['one two three', 80, ['one two three']],
    ['one two three', 7, ['one two', 'three']],
    ['enormous', 3, ['enormous']],
    ['one two', 0, ['one two']],
    ['  one two three', 9, ['  one two', '  three']],
    ['  1. one two three', 12, ['  1. one two', '     three']],
    ['', 3, ['']],
  ])('%j in %i', (line, columns, pieces) => {
    expect(wrapWords(line, columns)).toEqual(pieces);
  });
});

describe('wantsColour', () => {
  it.each([
    [true, { colorFlag: true, isTerminal: true, env: {} }],
    [false, { colorFlag: true, isTerminal: false, env: {} }],
    [false, { colorFlag: false, isTerminal: true, env: { FORCE_COLOR: '1' } }],
    [false, { colorFlag: true, isTerminal: true, env: { NO_COLOR: '1' } }],
    [true, { colorFlag: true, isTerminal: true, env: { NO_COLOR: '' } }],
    [true, { colorFlag: true, isTerminal: false, env: { FORCE_COLOR: '1' } }],
    [true, { colorFlag: true, isTerminal: false, env: { FORCE_COLOR: '' } }],
    [true, { colorFlag: true, isTerminal: false, env: { FORCE_COLOR: '3', NO_COLOR: '1', TERM: 'dumb' } }],
    [false, { colorFlag: true, isTerminal: true, env: { FORCE_COLOR: '0' } }],
    [false, { colorFlag: true, isTerminal: true, env: { FORCE_COLOR: 'false' } }],
    [false, { colorFlag: true, isTerminal: true, env: { TERM: 'dumb' } }],
  ])('%s for %j', (wanted, evidence) => {
    expect(wantsColour(evidence)).toBe(wanted);
  });
});
