import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Compiles a script of this folder that uses parts of src to JavaScript, because Node 20 does not read TypeScript. */
export async function bundled(name, folder, plugins = []) {
  const outfile = join(folder, name.replace(/\.ts$/, '.js'));
  await build({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
    plugins,
  });
  return outfile;
}
