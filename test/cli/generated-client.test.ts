import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import createClient from 'openapi-fetch';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openApi } from '../../src/api/openapi.ts';
import { Place } from '../support/cli-place.ts';
import { startWebhookReceiver, webhookSecret } from '../support/webhook-receiver.ts';

const root = join(import.meta.dirname, '../..');
const life = join(root, 'test/generated-client/session-life.ts');
/** Its own types are made below, so that it cannot be imported as others are. */
type SessionLife = (
  api: unknown,
  world: {
    readonly scan: (qr: string) => void;
    readonly webhook: { readonly url: string; readonly secret: string };
    readonly delivered: () => Promise<unknown>;
  },
) => Promise<string[]>;
const token = 'a-token-for-the-tests';

let place: Place;
/** Below the packages, so that they are found from there. */
let folder: string;

beforeEach(async () => {
  place = await Place.make();
  await mkdir(join(root, 'node_modules/.cache'), { recursive: true });
  folder = await mkdtemp(join(root, 'node_modules/.cache/wactl-client-'));
});
afterEach(async () => {
  await place.remove();
  await rm(folder, { recursive: true, force: true });
});

/** A file as TypeScript sees it, by the rules of this repository. The program before it has most of what it imports. */
function checked(file: string, before?: ts.Program): ts.Program {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  return ts.createProgram([file], options, undefined, before);
}

const complaints = (program: ts.Program): string[] =>
  ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText, file }) =>
      [file?.fileName ?? '', ts.flattenDiagnosticMessageText(messageText, '\n')].join(': '),
    );

it('the client that openapi-typescript makes of /openapi.json is right in its types', async () => {
  const types = astToString(await openapiTS(openApi('1.2.3') as object as Parameters<typeof openapiTS>[0]));
  await writeFile(join(folder, 'openapi.ts'), types);
  const copy = join(folder, 'session-life.ts');
  await copyFile(life, copy);
  const program = checked(copy);
  expect(complaints(program)).toEqual([]);
  // Types that take anything would have no complaint either.
  await writeFile(join(folder, 'openapi.ts'), types.replaceAll('qr_codes', 'qr_texts'));
  expect(complaints(checked(copy, program)).join()).toContain('qr_codes');
}, 120_000);

it('and drives a session through its whole life', async () => {
  const running = place.start(['serve', '--listen', '0', '--json'], { env: { WACTL_TOKEN: token } });
  const { url } = await running.event(({ event }) => event === 'ready');
  const receiver = await startWebhookReceiver();
  try {
    const { sessionLife } = (await import(life)) as { readonly sessionLife: SessionLife };
    const api = createClient({
      baseUrl: String(url),
      headers: { authorization: `Bearer ${token}` },
    });
    const told = await sessionLife(api, {
      scan: (qr) => place.sandbox.scan(qr),
      webhook: { url: receiver.url, secret: webhookSecret },
      delivered: async () => {
        const { body, verified } = await receiver.next();
        expect(verified).toBe(true);
        return JSON.parse(body) as unknown;
      },
    });
    expect(told).toEqual([
      'created shop, paired: false',
      'QR 1',
      'delivered session.logged_in',
      'logged_in, logged in: true',
      'device of +15550100001',
      'webhook.test, delivered: true',
      'disconnected',
      'delivered session.disconnected',
      '1 disconnected: shop',
      'deleted shop: true',
      'then not_found',
    ]);
  } finally {
    await receiver.close();
  }
});
