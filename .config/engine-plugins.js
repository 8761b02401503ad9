// What makes Baileys quick to load in the bundle. Measured with Node 20 (CPU time of loading the engine): as it comes
// 150 ms, with what is here 60 ms. Each rewriting stops the build when the file is no longer what it was made for.
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { transform } from 'esbuild';

/** The four things of this package that Baileys uses are 2 MB of WebAssembly; the file says what takes their place. */
export const engineAliases = { 'whatsapp-rust-bridge': './src/whatsapp/rust-bridge.ts' };

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

const restFile = 'wa-proto-rest.cjs';
const typeBlock = /^ {4}proto\.(\w+) = \(function\(\) \{$([\s\S]*?)^ {4}\}\)\(\);$/gm;
const shared = '{ $Reader, $Writer, $util, $root, longToString, longToNumber, lazily }';

const lazily = `
const lazily = (on, name, make) => {
  const keep = (value) => Object.defineProperty(on, name, { value, writable: true, configurable: true, enumerable: true });
  Object.defineProperty(on, name, { configurable: true, enumerable: true, set: keep, get: () => keep(make())[name] });
};
let restTypes;
const rest = () => (restTypes ??= require('./${restFile}')(${shared}));
`;

const mustChange = (path, before, after) => {
  if (before === after) throw new Error(`${path} is not as it was: look at .config/engine-plugins.js`);
  return after;
};

/** Baileys' WAProto is 4.4 MB of 202 message types, of which a session needs few: each waits for its first use. */
export const quickBaileys = {
  name: 'quick-baileys',
  setup(build) {
    build.onResolve({ filter: /^pino$/ }, ({ path }) => ({ path, namespace: 'silent' }));
    build.onLoad({ filter: /^pino$/, namespace: 'silent' }, () => ({ contents: silentPino }));
    build.onResolve({ filter: /wa-proto-rest\.cjs$/ }, () => ({ path: `./${restFile}`, external: true }));
    build.onLoad({ filter: /baileys[\\/]WAProto[\\/]index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const restBlocks = [];
      const early = source.replace(typeBlock, (_, name, body) => {
        const block = `lazily(proto, "${name}", function() {${body}});`;
        if (earlyTypes.has(name)) return block;
        restBlocks.push(block);
        return `lazily(proto, "${name}", () => rest().${name});`;
      });
      const contents = early.replace('export const proto', `${lazily}\nexport const proto`);
      mustChange(path, source, early);
      const restSource = `module.exports = (${shared}) => { const proto = {}; ${restBlocks.join('\n')} return proto; };`;
      const { code } = await transform(restSource, { minify: true });
      await writeFile(
        resolve(build.initialOptions.absWorkingDir ?? '.', build.initialOptions.outdir, restFile),
        code,
      );
      return { contents, loader: 'js' };
    });
    // One AsyncLocalStorage for all sockets; the file says why.
    build.onLoad({ filter: /baileys[\\/]lib[\\/]Utils[\\/]auth-utils\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const shared = resolve(build.initialOptions.absWorkingDir ?? '.', 'src/whatsapp/shared-storage.ts');
      const contents = source.replace(
        "import { AsyncLocalStorage } from 'async_hooks';",
        () => `import { SharedStorage as AsyncLocalStorage } from ${JSON.stringify(shared)};`,
      );
      return { contents: mustChange(path, source, contents), loader: 'js' };
    });
    // A table for sending media, which would load the biggest type of all.
    build.onLoad({ filter: /baileys[\\/]lib[\\/]Utils[\\/]messages\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replace(
        /^ {4}(\w+): (WAProto\.Message\.\w+Message),?$/gm,
        '    get $1() { return $2; },',
      );
      return { contents: mustChange(path, source, contents), loader: 'js' };
    });
  },
};
