import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

type Packed = { readonly filename: string; readonly files: readonly { readonly path: string }[] };

/** What a CycloneDX document has that is looked at. */
export type Sbom = {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly serialNumber: string;
  readonly components: readonly {
    readonly type: string;
    readonly 'bom-ref': string;
    readonly group?: string;
    readonly name: string;
    readonly version: string;
    readonly scope: string;
    readonly purl: string;
    readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
    readonly licenses: readonly object[];
    readonly properties: readonly { readonly name: string; readonly value: string }[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
};

/** What npm runs of a package that it installs from a tarball; `prepare` it runs in a checkout only. */
const installScripts = ['preinstall', 'install', 'postinstall'];

type Manifest = {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

export type Installed = {
  /** The paths in the tarball. */
  readonly files: readonly string[];
  readonly wactl: string;
  /** Scripts that npm would run while it installs: "name: script". */
  readonly scripts: readonly string[];
  readonly sbom: Sbom;
  /** With wactl itself. */
  readonly packages: readonly string[];
  readonly megabytes: number;
};

/**
 * Packs a build as it would be published, and unpacks it into an empty folder, beside what npm would install with it for
 * this system: taken from the node_modules of this repository, so that no network is needed.
 */
export async function installPacked(
  built: string,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<Installed> {
  const { filename, files } = await pack(built, folder, env);
  const modules = join(folder, 'node_modules');
  const home = join(modules, 'wactl');
  await mkdir(home, { recursive: true });
  await run('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', home]);
  const packages = ['wactl'];
  const own = await manifestIn(home);
  const scripts = scriptsOf('wactl', own);
  const waiting = packagesOf(own);
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const from = join(root, 'node_modules', name);
    // npm leaves out the optional ones for other systems.
    if (packages.includes(name) || !(await stat(from).catch(() => undefined))) continue;
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await cp(from, join(modules, name), { recursive: true });
    packages.push(name);
    const manifest = await manifestIn(from);
    scripts.push(...scriptsOf(name, manifest));
    waiting.push(...packagesOf(manifest));
  }
  return {
    files: files.map(({ path }) => path),
    wactl: join(home, 'bin', 'wactl.js'),
    packages,
    scripts,
    sbom: JSON.parse(await readFile(join(home, 'dist', 'sbom.cdx.json'), 'utf8')) as Sbom,
    megabytes: (await bytesIn(modules)) / 1e6,
  };
}

async function pack(built: string, folder: string, env: Readonly<Record<string, string>>): Promise<Packed> {
  // Npm says nothing to anybody and keeps nothing at home.
  const silent = { npm_config_cache: join(folder, 'npm'), npm_config_update_notifier: 'false' };
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md'])
    await copyFile(join(root, name), join(built, name));
  const args = ['pack', '--json', '--offline', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: built, env: { ...env, ...silent } });
  const [packed] = JSON.parse(stdout) as [Packed];
  return packed;
}

const scriptsOf = (name: string, { scripts = {} }: Manifest): string[] =>
  Object.keys(scripts).flatMap((script) => (installScripts.includes(script) ? [`${name}: ${script}`] : []));

const packagesOf = ({ dependencies, optionalDependencies }: Manifest): string[] =>
  Object.keys({ ...dependencies, ...optionalDependencies });

const manifestIn = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}
