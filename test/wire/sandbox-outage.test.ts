import { expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { startEngine } from '../support/engine.ts';

it('an outage cuts every connection, and keeps phones and devices', async () => {
  const sandbox = await startSandbox();
  const engine = await startEngine(sandbox);
  await engine.pair();
  const before = engine.connect({ kind: 'login' });
  await before.until('logged_in');
  const { endpoint } = sandbox;
  await sandbox.outage(async () => {
    expect(await before.closed).toMatchObject({ reason: expect.stringMatching(/^connection_/) as string });
    expect(await engine.connect({ kind: 'login' }).closed).toMatchObject({ reason: 'unreachable' });
  });
  expect(sandbox.endpoint).toBe(endpoint);
  const after = engine.connect({ kind: 'login' });
  await after.until('logged_in');
  await after.connection.close();
  await sandbox.close();
});
