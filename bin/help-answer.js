// The answer to a command line that asks for help or the version and for nothing else, without the program: from text that
// the build has written. Whatever is not understood here for sure, is left to the program.
'use strict';

/** Flags of every command that change nothing in a help; --json does. */
const silent = new Set(['-q', '--quiet', '-v', '--verbose', '--no-color']);

/** Narrower columns are not wrapped into: commander leaves such text as it is. */
const narrowest = 40;

/**
 * What to print; undefined where the program has to answer. `help` is dist/help.json, `columns` the width of the terminal.
 * @param {readonly string[]} argv
 * @param {{ version: string, first: string, pages: Record<string, string>, topics: Record<string, string>, aliases: Record<string, string> }} help
 * @param {number} columns
 * @returns {string | undefined}
 */
function helpAnswer(argv, help, columns) {
  const asked = read(argv);
  if (!asked) return undefined;
  const { words, json, wants } = asked;
  if (wants === 'version') return json ? line({ version: help.version }) : `${help.version}\n`;
  const name = words.join(' ');
  const page = wants === 'first' ? help.first : pageOf(help, name, wants === 'page or topic');
  if (page === undefined) return undefined;
  const text = wrapped(page, columns);
  return json ? line({ help: text }) : `${text}\n`;
}

const pageOf = ({ pages, topics, aliases }, name, isTopic) =>
  pages[aliases[name] ?? name] ?? (isTopic ? topics[name] : undefined);

function read(argv) {
  const flags = argv.filter((word) => word.startsWith('-'));
  const words = argv.filter((word) => !word.startsWith('-'));
  const json = flags.includes('--json');
  const asks = flags.filter((flag) => flag !== '--json' && !silent.has(flag));
  if (asks.length === 0 && words.length === 0) return { words, json, wants: 'first' };
  if (asks.length === 0 && words[0] === 'help')
    return { words: words.slice(1), json, wants: 'page or topic' };
  // A word after --help is not looked at as a command.
  if (asks.length !== 1 || argv.indexOf(asks[0]) < argv.lastIndexOf(words.at(-1))) return undefined;
  if (asks[0] === '--version' || asks[0] === '-V')
    return words.length === 0 ? { words, json, wants: 'version' } : undefined;
  return asks[0] === '--help' || asks[0] === '-h' ? { words, json, wants: 'page' } : undefined;
}

const line = (document) => `${JSON.stringify(document)}\n`;

/** Fills in the text between the marks that the build has set, as commander wraps it, below where it begins. */
const wrapped = (page, columns) =>
  page.replace(/\u0001([^\u0002]*)\u0002/g, (_, text, at) => {
    const indent = at - page.lastIndexOf('\n', at) - 1;
    const width = columns - indent;
    return width < narrowest ? text : wrap(text, width).join(`\n${' '.repeat(indent)}`);
  });

function wrap(text, width) {
  const lines = [];
  for (const paragraph of text.split('\n')) {
    const [first = '', ...rest] = paragraph.match(/\s*\S+/g) ?? [];
    let current = first;
    for (const word of rest) {
      if (current.length + word.length <= width) {
        current += word;
        continue;
      }
      lines.push(current);
      current = word.trimStart();
    }
    lines.push(current);
  }
  return lines;
}

exports.helpAnswer = helpAnswer;
