// What protobufjs writes out for each of Baileys' 2400 fields, as calls of a few functions: half of the size. What the types do
// stays the same, which test/wire/built-types.test.ts compares.

import { replaced } from './replaced.js';

/** The names of what `helpers` defines. */
export const helperNames =
  'toJson, fill, nulls, reader, messageFrom, arrayFrom, longFrom, bytesFrom, enumFrom, longTo, bytesTo';

/** Where the generated code had the statements of one of these, it calls it. */
export const helpers = `
function toJson() {
  return this.constructor.toObject(this, $protobuf.util.toJSONOptions);
}
const fill = (m, p) => {
  if (p) for (const key of Object.keys(p)) if (p[key] != null) m[key] = p[key];
};
const nulls = (prototype, names) => {
  for (const name of names.split(' ')) prototype[name] = null;
};
const reader = (r) => (r instanceof $Reader ? r : $Reader.create(r));
const messageFrom = (value, path) => {
  if (typeof value !== 'object') throw TypeError('.proto.' + path + ': object expected');
  return value;
};
const arrayFrom = (value, path) => {
  if (!Array.isArray(value)) throw TypeError('.proto.' + path + ': array expected');
};
const longFrom = (m, d, name, unsigned) => {
  const value = d[name];
  if (value == null) return;
  if ($util.Long) (m[name] = $util.Long.fromValue(value)).unsigned = unsigned;
  else if (typeof value === 'string') m[name] = parseInt(value, 10);
  else if (typeof value === 'number') m[name] = value;
  else if (typeof value === 'object') m[name] = new $util.LongBits(value.low >>> 0, value.high >>> 0).toNumber(unsigned);
};
const bytesFrom = (m, d, name) => {
  const value = d[name];
  if (value == null) return;
  if (typeof value === 'string')
    $util.base64.decode(value, (m[name] = $util.newBuffer($util.base64.length(value))), 0);
  else if (value.length >= 0) m[name] = value;
};
const enumFrom = (m, d, name, values) => {
  const value = d[name];
  if (typeof value === 'number') m[name] = value;
  else if (typeof value === 'string' && Object.hasOwn(values(), value)) m[name] = values()[value];
};
const longTo = (o, value, unsigned) => {
  if (o.longs === String) return longToString(value, unsigned);
  return o.longs === Number ? longToNumber(value, unsigned) : value;
};
const bytesTo = (o, value) => {
  if (o.bytes === String) return $util.base64.encode(value, 0, value.length);
  return o.bytes === Array ? Array.prototype.slice.call(value) : value;
};
`;

const rules = [
  {
    from: /^ +if \(p\)\n +for \(var ks = Object\.keys\(p\), i = 0; i < ks\.length; \+\+i\)\n +if \(p\[ks\[i\]\] != null\)\n +this\[ks\[i\]\] = p\[ks\[i\]\];$/gm,
    to: 'fill(this, p);',
    times: 498,
  },
  {
    from: /^ +(\w+)\.prototype\.\w+ = null;\n(?: +\1\.prototype\.\w+ = null;\n)+/gm,
    to: (lines, type) =>
      `nulls(${type}.prototype, "${[...lines.matchAll(/\.(\w+) = null;/g)].map(([, name]) => name).join(' ')}");\n`,
    times: 380,
  },
  {
    from: /function toJSON\(\) \{\n +return this\.constructor\.toObject\(this, \$protobuf\.util\.toJSONOptions\);\n +\};/g,
    to: 'toJson;',
    times: 498,
  },
  {
    from: /^ +if \(!\(r instanceof \$Reader\)\)\n +r = \$Reader\.create\(r\);$/gm,
    to: 'r = reader(r);',
    times: 498,
  },
  {
    from: /if \(typeof (d\.[\w[\].]+) !== "object"\)\n +throw TypeError\("\.proto\.([^"]+): object expected"\);\n +(m\.[\w[\].]+) = ([\w$.]+)\.fromObject\(\1\);/g,
    to: '$3 = $4.fromObject(messageFrom($1, "$2"));',
    times: 659,
  },
  {
    from: /if \(!Array\.isArray\((d\.\w+)\)\)\n +throw TypeError\("\.proto\.([^"]+): array expected"\);/g,
    to: 'arrayFrom($1, "$2");',
    times: 129,
  },
  {
    from: /^ +if \(d\.(\w+) != null\) \{\n +if \(\$util\.Long\)\n +\(m\.\1 = \$util\.Long\.fromValue\(d\.\1\)\)\.unsigned = (true|false);\n +else if \(typeof d\.\1 === "string"\)\n +m\.\1 = parseInt\(d\.\1, 10\);\n +else if \(typeof d\.\1 === "number"\)\n +m\.\1 = d\.\1;\n +else if \(typeof d\.\1 === "object"\)\n +m\.\1 = new \$util\.LongBits\(d\.\1\.low >>> 0, d\.\1\.high >>> 0\)\.toNumber\((?:true)?\);\n +\}$/gm,
    to: 'longFrom(m, d, "$1", $2);',
    times: 160,
  },
  {
    from: /^ +if \(d\.(\w+) != null\) \{\n +if \(typeof d\.\1 === "string"\)\n +\$util\.base64\.decode\(d\.\1, m\.\1 = \$util\.newBuffer\(\$util\.base64\.length\(d\.\1\)\), 0\);\n +else if \(d\.\1\.length >= 0\)\n +m\.\1 = d\.\1;\n +\}$/gm,
    to: 'bytesFrom(m, d, "$1");',
    times: 256,
  },
  {
    from: /if \(typeof m\.(\w+) === "number"\)\n +d\.\1 = o\.longs === String \? String\(m\.\1\) : m\.\1;\n +else\n +d\.\1 = o\.longs === String \? longToString\(m\.\1(, true)?\) : o\.longs === Number \? longToNumber\(m\.\1(?:, true)?\) : m\.\1;/g,
    to: 'd.$1 = longTo(o, m.$1$2);',
    times: 160,
  },
  {
    from: /o\.bytes === String \? \$util\.base64\.encode\((m\.[\w[\]]+), 0, \1\.length\) : o\.bytes === Array \? Array\.prototype\.slice\.call\(\1\) : \1/g,
    to: 'bytesTo(o, $1)',
    times: 258,
  },
  {
    from: /o\.enums === String \? ([\w$.]+)\[(m\.[\w[\]]+)\] === undefined \? \2 : \1\[\2\] : \2/g,
    to: 'o.enums === String ? $1[$2] ?? $2 : $2',
    times: 240,
  },
  { from: /\$root\.proto\b(?! =)/g, to: 'proto', times: 4608 },
];

const fieldTest =
  /^ +function \w+\(p\) \{$|\.prototype\.(\w+) = null;$|m\.(\w+) != null && (?:Object\.hasOwnProperty\.call\(m, "\2"\)|m\.hasOwnProperty\("\2"\))/gm;
const fieldTests = 4520;

/** A field that is null in the prototype of its type is the message's own when it is not null: it need not be asked. */
function withoutOwn(source, path) {
  const nulls = new Set();
  let times = 0;
  const made = source.replace(fieldTest, (text, nullField, asked) => {
    if (nullField) nulls.add(nullField);
    else if (!asked) nulls.clear();
    else if (nulls.has(asked)) {
      times += 1;
      return `m.${asked} != null`;
    }
    return text;
  });
  if (times !== fieldTests) throw new Error(differs(path, times, 'tests of a field', fieldTests));
  return made;
}

const choice =
  /^ +switch \(d\.(\w+)\) \{\n +default:\n +if \(typeof d\.\1 === "number"\) \{\n +m\.\1 = d\.\1;\n +break;\n +\}\n +break;\n((?: +case "\w+":\n +case -?\d+:\n +m\.\1 = -?\d+;\n +break;\n)+) +\}$/gm;
const choices = 238;
const enumType =
  /(\w+) = \(function\(\) \{\n +const valuesById = \{\}, values = Object\.create\(valuesById\);\n((?: +values\[valuesById\[-?\d+\] = "\w+"\] = -?\d+;\n)+)/g;
/** "0 FIRST 0, 1 SECOND 1": number, name, and the number that the name gives. */
const listed = (all) => all.map((one) => one.join(' ')).join();

/** The names that a field takes are those of its enum. Throws for one whose enum differs. */
function enumsByType(source, path) {
  const known = new Set();
  for (const [, name, values] of source.matchAll(enumType)) {
    const all = [...values.matchAll(/\[(-?\d+)\] = "(\w+)"\] = (-?\d+)/g)];
    known.add(`${name}: ${listed(all.map(([, id, key, value]) => [id, key, value]))}`);
  }
  let times = 0;
  const made = source.replace(choice, (_, field, cases, at) => {
    const asked = new RegExp(`d\\.${field} = o\\.enums === String \\? ([\\w$.]+)\\[`, 'g');
    asked.lastIndex = at;
    const type = asked.exec(source)?.[1];
    const all = [...cases.matchAll(/"(\w+)":\n +case (-?\d+):\n.* = (-?\d+);/g)];
    if (
      !known.has(`${type?.split('.').at(-1)}: ${listed(all.map(([, key, id, value]) => [id, key, value]))}`)
    )
      throw new Error(`${path}: ${field} has other names than ${type}: look at .config/shorter-types.js`);
    times += 1;
    return `enumFrom(m, d, "${field}", () => ${type});`;
  });
  if (times !== choices) throw new Error(differs(path, times, 'choices of a name', choices));
  return made;
}

const differs = (path, times, what, expected) =>
  `${path} has ${times} ${what}, not ${expected}: look at .config/shorter-types.js`;

/** The source of WAProto, shorter. Throws a sentence when it is another one than this is made for. */
export const shorter = (source, path) =>
  rules.reduce((text, rule) => replaced(text, rule, path), enumsByType(withoutOwn(source, path), path));
