import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './program.js';
import { target } from './targets.js';

/** What `npm install` of the packed tarball brings into an empty folder; it needs npm's cache or the registry. */
export function measureInstall({ scratch }) {
  const folder = mkdtempSync(join(scratch, 'install-'));
  const npm = (cwd, ...args) => spawnSync('npm', args, { cwd, encoding: 'utf8' });
  const packed = npm(root, 'pack', '--ignore-scripts', '--json', '--pack-destination', folder);
  if (packed.status !== 0) throw new Error(packed.stderr);
  const [{ filename }] = JSON.parse(packed.stdout);
  writeFileSync(join(folder, 'package.json'), '{}');
  const args = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--json'];
  const installed = npm(folder, 'install', join(folder, filename), ...args);
  if (installed.status !== 0)
    return [{ what: 'an install', measured: 'skipped', detail: 'neither cache nor registry' }];
  const { added } = JSON.parse(installed.stdout);
  const files = readdirSync(join(folder, 'node_modules'), { recursive: true, withFileTypes: true });
  const bytes = files
    .filter((file) => file.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  const megabytes = bytes / 1e6;
  return [
    {
      what: 'packages that an install brings',
      value: added,
      measured: `${added}`,
      detail: '',
      target: target(8),
      unit: '',
    },
    {
      what: 'size of an install',
      value: megabytes,
      measured: `${megabytes.toFixed(1)} MB`,
      detail: '',
      target: target(25),
      unit: 'MB',
    },
  ];
}
