import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { defineServe } from '../../src/commands/serve.ts';
import { storeAddress } from '../../src/domain/store-address.ts';
import { containerWords, deployFile, unitValues, yamlDocuments } from '../support/deploy-files.ts';
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

/** SIGTERM gives a serve ten seconds. */
const enoughSeconds = 15;
const listensToAll = { listen: [{ host: '0.0.0.0', port: 7764 }], allowRemote: true, logFormat: 'json' };

describe('docs/deploy/compose.yaml', () => {
  const [file] = yamlDocuments('compose.yaml') as [
    {
      services: {
        wactl: Record<string, unknown> & { command: string[]; environment: Record<string, string> };
      };
    },
  ];
  const { wactl } = file.services;

  it('starts three serves with a command line that wactl takes, which the others reach by their names', async () => {
    expect(await parseArgv(defineServe, wactl.command)).toMatchObject(listensToAll);
    expect(wactl['deploy']).toEqual({ replicas: 3 });
    expect(wactl['stop_grace_period']).toBe(`${String(enoughSeconds)}s`);
  });

  it('has no secret in it, and an address of the store that wactl takes', () => {
    const { WACTL_STORE = '', PGPASSWORD, WACTL_PASSPHRASE, WACTL_TOKEN } = wactl.environment;
    expect(storeAddress(WACTL_STORE)).toMatchObject({ host: 'postgres', user: 'wactl', tls: 'off' });
    for (const secret of [PGPASSWORD, WACTL_PASSPHRASE, WACTL_TOKEN])
      expect(secret).toMatch(/^\$\{\w+(:\?.*)?\}$/);
  });
});

describe('docs/deploy/kubernetes.yaml', () => {
  type Env = { name: string; value?: string; valueFrom?: { secretKeyRef?: { name: string; key: string } } };
  type Container = Record<string, unknown> & { args: string[]; env: Env[] };
  type Pod = Record<string, unknown> & { containers: [Container] };
  const [deployment, service] = yamlDocuments('kubernetes.yaml') as [
    {
      kind: string;
      spec: Record<string, unknown> & { template: { metadata: { labels: unknown }; spec: Pod } };
    },
    { spec: { selector: unknown; ports: unknown } },
  ];
  const { spec: pod, metadata } = deployment.spec.template;
  const [container] = pod.containers;

  it('is a Deployment of three serves with a command line that wactl takes', async () => {
    expect([deployment.kind, deployment.spec['replicas']]).toEqual(['Deployment', 3]);
    const withAddress = container.args.map((flag) => flag.replace('$(POD_IP)', '10.0.0.5'));
    expect(await parseArgv(defineServe, withAddress)).toMatchObject({
      ...listensToAll,
      advertise: 'http://10.0.0.5:7764',
    });
    expect(pod['terminationGracePeriodSeconds']).toBe(enoughSeconds);
  });

  it('takes the address of the store and the token from a Secret, and the key as a file that is no link', () => {
    const secrets = container.env.flatMap(({ name, valueFrom }) =>
      valueFrom?.secretKeyRef ? [[name, valueFrom.secretKeyRef.key]] : [],
    );
    expect(secrets).toEqual([
      ['WACTL_STORE', 'store'],
      ['WACTL_TOKEN', 'token'],
    ]);
    expect(container.env).toContainEqual({ name: 'CREDENTIALS_DIRECTORY', value: '/run/secrets/wactl' });
    expect(container['volumeMounts']).toContainEqual({
      name: 'key',
      mountPath: '/run/secrets/wactl/wactl.key',
      subPath: 'wactl.key',
      readOnly: true,
    });
  });

  it('asks where wactl answers without a token', () => {
    const asked = ['startupProbe', 'livenessProbe', 'readinessProbe'].map((name) => container[name]);
    expect(asked).toMatchObject(
      ['/healthz', '/healthz', '/readyz'].map((path) => ({ httpGet: { path, port: 'http' } })),
    );
    expect(container['ports']).toEqual([{ name: 'http', containerPort: 7764 }]);
  });

  it('leads its Service to the pods', () => {
    expect(service.spec.selector).toEqual(metadata.labels);
    expect(deployment.spec['selector']).toEqual({ matchLabels: metadata.labels });
    expect(service.spec.ports).toEqual([{ name: 'http', port: 7764, targetPort: 'http' }]);
  });

  it('runs as nobody in particular, and changes nothing but its volumes', () => {
    expect(pod['securityContext']).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 });
    expect(container['securityContext']).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });
});
