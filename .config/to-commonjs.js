// esbuild splits ES modules only. Chunk by chunk they become CommonJS, which Node loads faster (docs/performance.md), and
// `.cjs`, for which Node reads no package.json.
import { transform } from 'esbuild';

const likeSource = { platform: 'neutral', target: 'node20', legalComments: 'none' };

/** Chunks set what they export at their end. Throws when one would be asked before, by one that it imports. */
export function assertNoCycle({ outputs }) {
  const finished = new Set();
  const follow = (path, way) => {
    if (way.includes(path)) throw new Error(`chunks import each other: ${[...way, path].join(', ')}`);
    if (finished.has(path)) return;
    const imports = (outputs[path]?.imports ?? []).filter(({ kind }) => kind === 'import-statement');
    for (const one of imports) follow(one.path, [...way, path]);
    finished.add(path);
  };
  for (const path of Object.keys(outputs)) follow(path, []);
}

/**
 * A chunk that esbuild wrote as an ES module, as CommonJS. Dynamic imports load when they are called, as they did. A `foreign` one
 * has nothing but packages in it: nobody reads its names in a stack, and they are a sixth of it.
 */
export async function toCommonJs(source, { foreign }) {
  const { code } = await transform(source, {
    ...likeSource,
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
    supported: { 'dynamic-import': false },
  });
  const direct = withFewGetters(code)
    .replace(loadedAtOnce, '$1')
    .replace(/(?<=\brequire\("\.\/[^"]*)\.js(?="\))/g, '.cjs');
  if (/\batOnce\(/.test(direct))
    throw new Error('esbuild imports in another way: look at .config/to-commonjs.js');
  return foreign ? (await transform(direct, { ...likeSource, format: 'cjs', minify: true })).code : direct;
}

const exporting = /(\w+)=\{\};__export\(\1,\{(.*?)\}\);module\.exports=__toCommonJS\(\1\);/;
/** What .config/late-parts.js asks for. */
const loadedAtOnce = /\batOnce\(Promise\.resolve\(\)\.then\(\(\)=>__toESM\((require\("[^"]+"\))\)\)\)/g;
const importing = /__toESM=\(mod,isNodeMode,target\)=>.*?,mod\)\)/;

/**
 * For esbuild each name that a file exports or imports is a getter, made twice. Here it is a value, set at the end of the file: in a
 * chunk that all load, the getters take a tenth of a bare start. A name that is assigned to later keeps its getter.
 */
function withFewGetters(code) {
  const imported = code.replace(
    importing,
    '__toESM=mod=>mod&&mod.__esModule?mod:{__proto__:mod,default:mod}',
  );
  const [found, own, names] = exporting.exec(imported) ?? [];
  if (found === undefined) {
    if (/__toCommonJS\(/.test(imported))
      throw new Error('esbuild exports in another way: look at .config/to-commonjs.js');
    return imported;
  }
  const rest = imported.replace(found, () => `${own};`);
  const exports = names.split(',').map((one) => {
    const [, name, value] = /^(.+):\(\)=>([\w$.]+)$/.exec(one) ?? [];
    if (value === undefined)
      throw new Error(`${one} is exported in another way: look at .config/to-commonjs.js`);
    if (isAssignedLater(rest, value)) return `get ${name}(){return ${value}}`;
    return name === value ? name : `${name}:${value}`;
  });
  return `${rest}module.exports={__esModule:!0,${exports.join()}};\n`;
}

/** Maybe: another variable may have that name. */
function isAssignedLater(code, name) {
  const assigned = new RegExp(
    `(?<![\\w$.])${name.replaceAll('$', '\\$')}(?:(?:[-+*/%&|^]|\\?\\?|\\|\\||&&)?=(?![=>])|\\+\\+|--)`,
    'g',
  );
  const isDeclared = new RegExp(`(?:var|let|,) ?${name.replaceAll('$', '\\$')}[,;]`).test(code);
  return [...code.matchAll(assigned)].length > (isDeclared ? 0 : 1);
}
