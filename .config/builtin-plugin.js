// Keeps two of Node's modules out of what every command loads (measured on Node 20: together a fifth of a bare start), and a
// third from ending the program before it began.
const instead = {
  // Imported as a module, all that can be asked of `process` is asked once, which is dear: the global has the same.
  'node:process': 'export default process;',
  // Commander can start other programs as its commands. None of ours is one.
  'node:child_process': 'export default {};',
  // Env-paths asks for the home directory while it loads, and that throws for a user without one, as services have.
  'node:os': `import os from 'os';
    const homedir = () => { try { return os.homedir(); } catch { return ''; } };
    export default { homedir, tmpdir: os.tmpdir };`,
};

const applies = (path, importer) =>
  path === 'node:child_process' || path === 'node:process'
    ? /[\\/]node_modules[\\/](commander|env-paths)[\\/]/.test(importer)
    : /[\\/]node_modules[\\/]env-paths[\\/]/.test(importer);

/** Whether a stream has colour is decided by us (wants-colour.ts): chalk, and ora with it, colour what they are given to colour. */
const sixteenColours = 'export default { stdout: { level: 1 }, stderr: { level: 1 } };';

export const fewBuiltins = {
  name: 'few-builtins',
  setup(build) {
    build.onResolve({ filter: /^node:(process|child_process|os)$/ }, ({ path, importer }) =>
      applies(path, importer) ? { path, namespace: 'instead' } : undefined,
    );
    build.onResolve({ filter: /^#supports-color$/ }, ({ path }) => ({ path, namespace: 'colours' }));
    build.onLoad({ filter: /./, namespace: 'colours' }, () => ({ contents: sixteenColours }));
    build.onLoad({ filter: /./, namespace: 'instead' }, ({ path }) => ({ contents: instead[path] }));
  },
};
