import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PasskeyAuthenticator } from '../../src/sandbox/passkey-authenticator.ts';
import { chromiumPath } from './browser.ts';
import { selfSigned } from './self-signed.ts';
import { writeProgram } from './write-program.ts';

export type PasskeyBrowser = {
  /** A program to start as the browser. */
  readonly path: string;
  close(): Promise<void>;
};

/**
 * Chromium as a person has it, with a passkey in it: a program that runs Chromium, passes all calls on, and gives each page a
 * virtual authenticator before its first call. web.whatsapp.com is a server on this machine, with a certificate that only this
 * Chromium accepts. `refuses`: nobody is there to use the passkey.
 */
export async function passkeyBrowser(
  passkey: PasskeyAuthenticator,
  refuses = false,
): Promise<PasskeyBrowser> {
  const home = await mkdtemp(join(tmpdir(), 'wactl-passkey-test-'));
  const { cert, key } = selfSigned('web.whatsapp.com', 'web.whatsapp.com');
  const server = createServer({ cert, key }, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('User-agent: *\n');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const spki = new X509Certificate(cert).publicKey.export({ format: 'der', type: 'spki' });
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-dev-shm-usage',
    '--disable-gpu',
    '--disable-background-networking',
    `--host-resolver-rules=MAP web.whatsapp.com 127.0.0.1:${String(port)}`,
    `--ignore-certificate-errors-spki-list=${createHash('sha256').update(spki).digest('base64')}`,
  ];
  const authenticator = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: !refuses,
    automaticPresenceSimulation: true,
  };
  const credential = {
    credentialId: passkey.credentialId.toString('base64'),
    isResidentCredential: true,
    rpId: 'whatsapp.com',
    privateKey: passkey.exportKey().toString('base64'),
    userHandle: Buffer.from('owner').toString('base64'),
    signCount: 1,
  };
  const path = join(home, 'chromium-with-passkey');
  const settings = JSON.stringify({ chromium: chromiumPath, flags, home, authenticator, credential });
  writeProgram(path, `#!${process.execPath}\n(${relay.toString()})(${settings});\n`);
  return {
    path,
    async close() {
      server.close();
      server.closeAllConnections();
      await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    },
  };
}

type Settings = {
  readonly chromium: string;
  readonly flags: readonly string[];
  readonly home: string;
  readonly authenticator: object;
  readonly credential: object;
};

/** Runs in a process of its own: orders come at descriptor 3, answers leave at 4. */
function relay({ chromium, flags, home, authenticator, credential }: Settings): void {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const { createReadStream, writeSync } = process.getBuiltinModule('node:fs');
  const child = spawn(chromium, [...flags, ...process.argv.slice(2)], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: home, TMPDIR: home },
  });
  const orders = child.stdio[3] as NodeJS.WritableStream;
  createReadStream('', { fd: 3 })
    .on('error', () => undefined)
    .pipe(orders);
  let lastId = 1_000_000;
  const waiting = new Map<number, (result: { authenticatorId: string }) => void>();
  const call = (method: string, params: object, sessionId: string): Promise<{ authenticatorId: string }> =>
    new Promise((resolve) => {
      waiting.set(++lastId, resolve);
      orders.write(`${JSON.stringify({ id: lastId, method, params, sessionId })}\0`);
    });
  const arm = async (sessionId: string): Promise<void> => {
    await call('WebAuthn.enable', {}, sessionId);
    const { authenticatorId } = await call(
      'WebAuthn.addVirtualAuthenticator',
      { options: authenticator },
      sessionId,
    );
    await call('WebAuthn.addCredential', { authenticatorId, credential }, sessionId);
  };
  let text = '';
  (child.stdio[4] as NodeJS.ReadableStream).setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (text + chunk).split('\0');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const { id, result } = JSON.parse(message) as {
        id?: number;
        result?: { sessionId?: string; authenticatorId: string };
      };
      const own = waiting.get(id ?? 0);
      if (own && result) own(result);
      else if (id !== undefined && result?.sessionId !== undefined)
        void arm(result.sessionId).then(() => writeSync(4, `${message}\0`));
      else writeSync(4, `${message}\0`);
    }
  });
  process.on('SIGTERM', () => child.kill());
  child.once('close', () => process.exit());
}
