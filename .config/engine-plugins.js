// What makes Baileys quick to load in the bundle. Measured with Node 20 (CPU time of loading the engine): as it comes
// 150 ms, with what is here 60 ms. Every change says how often it applies; when a file is no longer what a change was made
// for, the build stops.
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { transform } from 'esbuild';
import { replaced } from './replaced.js';
import { helperNames, helpers, shorter } from './shorter-types.js';

export const engineAliases = {
  // The four things of this package that Baileys uses are 2 MB of WebAssembly; the file says what takes their place.
  'whatsapp-rust-bridge': './src/whatsapp/patches/rust-bridge.ts',
  // Baileys imports it and protobufjs requires it, which would be two copies.
  long: './node_modules/long/umd/index.js',
};

/** Baileys makes a logger that writes to stdout. Every socket gets one of ours; this is for what would bypass it. */
const silentPino = `
const silent = () => undefined;
const logger = { level: 'silent', child: () => logger };
for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal']) logger[level] = silent;
export default () => logger;
`;

/** The message types that a connection needs until it shows a QR; all others are read from a second file when needed. */
const earlyTypes = new Set([
  'ADVDeviceIdentity',
  'ADVEncryptionType',
  'ADVSignedDeviceIdentity',
  'ADVSignedDeviceIdentityHMAC',
  'CertChain',
  'ClientPayload',
  'DeviceProps',
  'HandshakeMessage',
  'HistorySync',
  'MediaRetryNotification',
  'WebMessageInfo',
]);

/** How many there are in rc14, enums included. */
const typeCount = 202;

/**
 * What asks a message about its schema, which nothing here does: for each optional field a property that names the field when it is
 * set, and for each type its name in `google.protobuf.Any`. A tenth of all.
 */
const unasked = [
  {
    from: /^ +\/\/ Virtual OneOf for proto3 optional field\n +Object\.defineProperty\([\w.]+, "_\w+", \{\n.*\n.*\n +\}\);\n/gm,
    to: '',
    times: 2209,
  },
  { from: /^ +if \(o\.oneofs\)\n +d\._\w+ = "\w+";\n/gm, to: '', times: 2209 },
  { from: /^ +\w+\.getTypeUrl = function getTypeUrl\(.*\) \{\n(?:.*\n){4} +\};\n/gm, to: '', times: 498 },
];

const restFile = 'wa-proto-rest.cjs';
const typeBlock = /^ {4}proto\.(\w+) = \(function\(\) \{$([\s\S]*?)^ {4}\}\)\(\);$/gm;
/** What the types use of the file that they come from. */
const shared = `{ $protobuf, $Reader, $Writer, $util, $root, lazily, ${helperNames} }`;

const lazily = `${helpers}
const lazily = (on, name, make) => {
  const keep = (value) => Object.defineProperty(on, name, { value, writable: true, configurable: true, enumerable: true });
  Object.defineProperty(on, name, { configurable: true, enumerable: true, set: keep, get: () => keep(make())[name] });
};
let restTypes;
const rest = () => (restTypes ??= require('./${restFile}')(${shared}));
`;

/** WAProto in two: what stays in the bundle, and the second file, with the types that wait for their first use. */
export function splitTypes(source, path) {
  const early = new Set();
  const restBlocks = [];
  const move = (_, name, body) => {
    const block = (on) => `lazily(${on}, "${name}", function() {${body}});`;
    if (earlyTypes.has(name)) {
      early.add(name);
      return block('proto');
    }
    restBlocks.push(block('types'));
    return `lazily(proto, "${name}", () => rest().${name});`;
  };
  const asked = shorter(
    unasked.reduce((text, one) => replaced(text, one, path), source),
    path,
  );
  const split = replaced(asked, { from: typeBlock, to: move, times: typeCount }, path);
  const missing = [...earlyTypes].filter((name) => !early.has(name));
  if (missing.length > 0)
    throw new Error(`${path} has no type ${missing.join(', ')}: look at .config/engine-plugins.js`);
  return {
    contents: replaced(split, { from: 'export const proto', to: `${lazily}\nexport const proto` }, path),
    rest: `module.exports = (${shared}) => { const { proto } = $root; const types = {}; ${restBlocks.join('\n')} return types; };`,
  };
}

/** What is changed in files of Baileys, each of which must be met once in a build. */
const changes = (root) => [
  {
    // What Baileys takes of zlib is limited before; the file says why.
    file: /baileys[\\/]lib[\\/]WABinary[\\/]decode\.js$/,
    from: "import { inflate } from 'zlib';",
    to: `import ${JSON.stringify(resolve(root, 'src/whatsapp/patches/inflate-limit.ts'))};\nimport { inflate } from 'zlib';`,
  },
  {
    // One AsyncLocalStorage for all sockets; the file says why.
    file: /baileys[\\/]lib[\\/]Utils[\\/]auth-utils\.js$/,
    from: "import { AsyncLocalStorage } from 'async_hooks';",
    to: `import { SharedStorage as AsyncLocalStorage } from ${JSON.stringify(resolve(root, 'src/whatsapp/patches/shared-storage.ts'))};`,
  },
  {
    // A table for sending media, which would load the biggest type of all.
    file: /baileys[\\/]lib[\\/]Utils[\\/]messages\.js$/,
    from: /^ {4}(\w+): (WAProto\.Message\.\w+Message),?$/gm,
    to: '    get $1() { return $2; },',
    times: 5,
  },
];

/** Baileys' WAProto is 4.4 MB of 202 message types, of which a session needs few: each waits for its first use. */
export const quickBaileys = {
  name: 'quick-baileys',
  setup(build) {
    const { absWorkingDir: root = '.', outdir } = build.initialOptions;
    const met = new Map();
    const change = (file, made) => {
      met.set(file, 0);
      build.onLoad({ filter: file }, async ({ path }) => {
        met.set(file, met.get(file) + 1);
        return { contents: await made(await readFile(path, 'utf8'), path), loader: 'js' };
      });
    };
    build.onStart(() => met.forEach((_, file) => met.set(file, 0)));
    build.onEnd(({ errors }) => {
      const wrong = [...met].filter(([, times]) => times !== 1);
      if (errors.length > 0 || wrong.length === 0) return;
      const [[file, times]] = wrong;
      throw new Error(`${times} files match ${String(file)}, not 1: look at .config/engine-plugins.js`);
    });

    build.onResolve({ filter: /^pino$/ }, ({ path }) => ({ path, namespace: 'silent' }));
    build.onLoad({ filter: /^pino$/, namespace: 'silent' }, () => ({ contents: silentPino }));
    build.onResolve({ filter: /wa-proto-rest\.cjs$/ }, () => ({ path: `./${restFile}`, external: true }));
    change(/baileys[\\/]WAProto[\\/]index\.js$/, async (source, path) => {
      const { contents, rest } = splitTypes(source, path);
      const { code } = await transform(rest, { minify: true });
      await writeFile(resolve(root, outdir, restFile), code);
      return (await transform(contents, { minify: true })).code;
    });
    for (const one of changes(root)) change(one.file, (source, path) => replaced(source, one, path));
  },
};
