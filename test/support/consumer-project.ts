import { execFile } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

/** As strict as a project can be; the types of packages are checked too. */
const compilerOptions = {
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable', 'dom'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  outDir: 'out',
};

/** What both programs do, on types that they name. */
const body = `
async function main(options: UseSessionOptions): Promise<void> {
  await using session: HeldSession = await useSession('shop', options);
  const status: SessionStatus = session.status;
  strictSignatures(baileys, { rootKey: session.endpoint?.rootKey });
  const sock = baileys.makeWASocket({
    auth: session.state,
    ...(session.endpoint && { waWebSocketUrl: session.endpoint.url }),
  });
  session.watch(sock);
  sock.ev.on('creds.update', session.saveCreds);
  await new Promise<void>((resolve, reject) => {
    session.signal.addEventListener('abort', () => reject(session.signal.reason as WactlError));
    sock.ev.on('connection.update', ({ connection }) => {
      if (connection === 'open') resolve();
    });
  });
  console.log('online', session.id, status, session.proxy);
}
main({ wait: 1_000 })
  .then(() => useSession('absent'))
  .catch((error: unknown) => {
    if (!(error instanceof WactlError)) throw error;
    const { code, hint }: { code: string; hint: string | undefined } = error;
    console.log(code, typeof hint);
    process.exit();
  });
`;

const names = `import type { HeldSession, SessionStatus, UseSessionOptions } from 'wactl/baileys';
import { strictSignatures, useSession, WactlError } from 'wactl/baileys';`;

const files = {
  'bot.mts': `import * as baileys from '@whiskeysockets/baileys';\n${names}\n${body}`,
  // Baileys is an ES module, which CommonJS imports.
  'bot.cts': `${names}\nvoid import('@whiskeysockets/baileys').then((baileys) => {\n${body}\n});`,
  'tsconfig.json': JSON.stringify({ compilerOptions, include: ['*.mts', '*.cts'] }),
};

export type ConsumerProject = {
  /** The errors of the compiler. */
  readonly said: readonly string[];
  /** The compiled programs. */
  readonly esm: string;
  readonly cjs: string;
};

/** Baileys' own declarations do not pass: 7.0.0-rc14 imports a file without its ending. */
const isOfBaileys =
  /^(\.\.\/)*[^(]*node_modules\/(@whiskeysockets\/baileys|baileys-6|whatsapp-rust-bridge)\//;

/**
 * Makes a project in TypeScript in a folder whose node_modules has wactl as it is packed, and compiles it. `baileys`: the name that the
 * version has among the packages of this repository.
 */
export async function consumerProject(folder: string, baileys: string): Promise<ConsumerProject> {
  const modules = join(folder, 'node_modules');
  for (const [name, from] of [
    ['@whiskeysockets/baileys', baileys],
    ['@types', '@types'],
  ] as const) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await rm(join(modules, name), { force: true });
    await symlink(join(root, 'node_modules', from), join(modules, name));
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const tsc = [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder];
  const stdout = await promisify(execFile)(process.execPath, tsc, { cwd: folder }).then(
    (done) => done.stdout,
    (failed: { readonly stdout: string }) => failed.stdout,
  );
  const said = stdout.split('\n').filter((line) => line !== '' && !isOfBaileys.test(line));
  return { said, esm: join(folder, 'out/bot.mjs'), cjs: join(folder, 'out/bot.cjs') };
}
