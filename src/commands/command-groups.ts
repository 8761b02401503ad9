import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { defineCompletion } from './completion.ts';
import type { Shell } from './completion.ts';
import { defineConfig, runConfig } from './config.ts';
import { defineConnect, runConnect } from './connect.ts';
import { defineCreate, runCreate } from './create.ts';
import { defineDelete, runDelete } from './delete.ts';
import { defineDevice, runDevice } from './device.ts';
import { defineBackup, runBackup } from './backup.ts';
import { defineExport, runExport } from './export.ts';
import { defineImport, runImport } from './import.ts';
import { defineDisconnect, runDisconnect } from './disconnect.ts';
import { defineDoctor, runDoctor } from './doctor.ts';
import { defineDemo, runDemo } from './demo.ts';
import { defineList, runList } from './list.ts';
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
import { defineShow, runShow } from './show.ts';
import { defineStatus, runStatus } from './status.ts';
import { defineToken, runToken } from './token.ts';
import { defineUpdate, runUpdate } from './update.ts';
import { defineWebhook, runWebhook } from './webhook.ts';

/** Makes a command's action of its work. */
export type On = <O>(run: (cx: Context, options: O) => Promise<number | void>) => (given: O) => Promise<void>;

/** What only the parts behind the commands know. */
export type Extras = {
  /** The faults of the sandbox, for its help. */
  faults(): string;
  /** Prints the script that completes words in a shell. */
  completionScript(shell: Shell): Promise<void>;
};

type Define = (program: Command, on: On, extras: Extras) => void;

/** The commands by name, under the headings of the help. */
export const commandGroups: Readonly<Record<string, Readonly<Record<string, Define>>>> = {
  'Pairing:': {
    create: (program, on) => defineCreate(program, on(runCreate)),
    qr: (program, on) => defineQr(program, on(runQr)),
    pair: (program, on) => definePair(program, on(runPair)),
    passkey: (program, on) => definePasskeySign(definePasskey(program, on(runPasskey)), on(runPasskeySign)),
  },
  'Looking:': {
    status: (program, on) => defineStatus(program, on(runStatus)),
    list: (program, on) => defineList(program, on(runList)),
    show: (program, on) => defineShow(program, on(runShow)),
    device: (program, on) => defineDevice(program, on(runDevice)),
    logs: (program, on) => defineLogs(program, on(runLogs)),
    doctor: (program, on) => defineDoctor(program, on(runDoctor)),
  },
  'Online and offline:': {
    connect: (program, on) => defineConnect(program, on(runConnect)),
    disconnect: (program, on) => defineDisconnect(program, on(runDisconnect)),
    restart: (program, on) => defineRestart(program, on(runRestart)),
    serve: (program, on) => defineServe(program, on(runServe)),
    token: (program, on) => defineToken(program, on(runToken)),
  },
  'Changing:': {
    update: (program, on) => defineUpdate(program, on(runUpdate)),
    webhook: (program, on) => defineWebhook(program, on(runWebhook)),
    logout: (program, on) => defineLogout(program, on(runLogout)),
    delete: (program, on) => defineDelete(program, on(runDelete)),
    config: (program, on) => defineConfig(program, on(runConfig)),
    completion: (program, _, extras) => defineCompletion(program, (shell) => extras.completionScript(shell)),
  },
  'Moving and backup:': {
    export: (program, on) => defineExport(program, on(runExport)),
    import: (program, on) => defineImport(program, on(runImport)),
    backup: (program, on) => defineBackup(program, on(runBackup)),
  },
  'Trying and testing:': {
    sandbox(program, on, extras) {
      const sandbox = defineSandbox(program, on(runSandbox));
      defineSandboxControl(sandbox, () => extras.faults(), on(runSandboxControl));
    },
    demo: (program, on) => defineDemo(program, on(runDemo)),
  },
};
