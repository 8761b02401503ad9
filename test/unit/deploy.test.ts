import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { defineServe } from '../../src/commands/serve.ts';
import { containerWords, deployFile, unitValues } from '../support/deploy-files.ts';
import { parseArgv } from '../support/parse-argv.ts';

const analyze = (...args: string[]) => spawnSync('systemd-analyze', args, { encoding: 'utf8' });
const hasSystemd = analyze('--version').status === 0;

describe('docs/deploy/wactl.service', () => {
  it('starts a command line that wactl takes', async () => {
    const [, program, ...args] = unitValues('wactl.service', 'ExecStart')[0]?.split(' ') ?? [];
    expect(program).toBe('wactl');
    expect(await parseArgv(defineServe, args)).toMatchObject({ logFormat: 'json' });
  });

  it('lets systemd-notify speak for wactl, and waits longer than wactl takes to stop', () => {
    expect(unitValues('wactl.service', 'Type')).toEqual(['notify']);
    expect(unitValues('wactl.service', 'NotifyAccess')).toEqual(['all']);
    expect(Number(unitValues('wactl.service', 'TimeoutStopSec')[0])).toBeGreaterThan(10);
  });

  it('keeps its state where it is, not behind the link that DynamicUser makes of it: wactl follows none', () => {
    expect(unitValues('wactl.service', 'DynamicUser')).toEqual(['yes']);
    const [state = ''] = unitValues('wactl.service', 'StateDirectory');
    expect(unitValues('wactl.service', 'Environment')).toEqual([`WACTL_CONFIG_DIR=%S/private/${state}`]);
  });

  it('is stopped by its main process, whose child tells systemd so', () => {
    expect(unitValues('wactl.service', 'KillMode')).toEqual(['mixed']);
  });

  it.skipIf(!hasSystemd)('is what systemd understands, as is the socket', () => {
    const verified = analyze('verify', '--man=no', deployFile('wactl.service'), deployFile('wactl.socket'));
    expect(verified).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it.skipIf(!hasSystemd)('leaves little of the machine open', () => {
    const { status, stdout } = analyze(
      'security',
      '--offline=true',
      '--no-pager',
      '--threshold=20',
      deployFile('wactl.service'),
    );
    expect(status, stdout).toBe(0);
  });
});

describe('docs/deploy/Containerfile', () => {
  it('starts a command line that wactl takes', async () => {
    expect(containerWords('ENTRYPOINT')).toEqual(['wactl']);
    expect(await parseArgv(defineServe, containerWords('CMD'))).toMatchObject({
      listen: [{ host: '0.0.0.0', port: 7764 }],
      allowRemote: true,
    });
  });
});
