import { defineConnect, runConnect } from './connect.ts';
import { defineCreate, runCreate } from './create.ts';
import { defineDelete, runDelete } from './delete.ts';
import { defineBackup, runBackup } from './backup.ts';
import { defineExport, runExport } from './export.ts';
import { defineImport, runImport } from './import.ts';
import { defineDisconnect, runDisconnect } from './disconnect.ts';
import { defineDoctor, runDoctor } from './doctor.ts';
import { defineDemo, runDemo } from './demo.ts';
import { defineHosts, runHosts } from './hosts.ts';
import { defineLogs, runLogs } from './logs.ts';
import { defineLogout, runLogout } from './logout.ts';
import { definePair, runPair } from './pair.ts';
import { definePasskey, runPasskey } from './passkey.ts';
import { definePasskeySign, runPasskeySign } from './passkey-sign.ts';
import { defineQr, runQr } from './qr.ts';
import { defineRestart, runRestart } from './restart.ts';
import { defineSandbox, runSandbox } from './sandbox.ts';
import { defineSandboxControl } from './sandbox-control.ts';
import { runSandboxControl } from './sandbox-orders.ts';
import { defineServe, runServe } from './serve.ts';
import { defineStore, runStore } from './store.ts';
import { defineToken, runToken } from './token.ts';
import { defineUpdate, runUpdate } from './update.ts';
import { defineWebhook, runWebhook } from './webhook.ts';
import type { Define } from './define-command.ts';

/** The commands that take some time anyway, by name. */
export const laterCommands = {
  create: (program, on) => defineCreate(program, on(runCreate)),
  qr: (program, on) => defineQr(program, on(runQr)),
  pair: (program, on) => definePair(program, on(runPair)),
  passkey: (program, on) => definePasskeySign(definePasskey(program, on(runPasskey)), on(runPasskeySign)),
  hosts: (program, on) => defineHosts(program, on(runHosts)),
  logs: (program, on) => defineLogs(program, on(runLogs)),
  doctor: (program, on) => defineDoctor(program, on(runDoctor)),
  connect: (program, on) => defineConnect(program, on(runConnect)),
  disconnect: (program, on) => defineDisconnect(program, on(runDisconnect)),
  restart: (program, on) => defineRestart(program, on(runRestart)),
  serve: (program, on) => defineServe(program, on(runServe)),
  token: (program, on) => defineToken(program, on(runToken)),
  update: (program, on) => defineUpdate(program, on(runUpdate)),
  webhook: (program, on) => defineWebhook(program, on(runWebhook)),
  logout: (program, on) => defineLogout(program, on(runLogout)),
  delete: (program, on) => defineDelete(program, on(runDelete)),
  export: (program, on) => defineExport(program, on(runExport)),
  import: (program, on) => defineImport(program, on(runImport)),
  backup: (program, on) => defineBackup(program, on(runBackup)),
  store: (program, on) => defineStore(program, on(runStore)),
  async sandbox(program, on, extras) {
    const faults = await extras.faults();
    const sandbox = defineSandbox(program, on(runSandbox));
    defineSandboxControl(sandbox, faults, on(runSandboxControl));
  },
  demo: (program, on) => defineDemo(program, on(runDemo)),
} as const satisfies Readonly<Record<string, Define>>;
