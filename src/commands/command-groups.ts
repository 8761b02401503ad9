import { defineCompletion } from './completion.ts';
import { defineConfig, runConfig } from './config.ts';
import { defineDevice, runDevice } from './device.ts';
import { defineList, runList } from './list.ts';
import { defineShow, runShow } from './show.ts';
import { defineStatus, runStatus } from './status.ts';
import type { Define } from './define-command.ts';
import type { laterCommands } from './later-commands.ts';

/** A command whose definition is in a file that is loaded for it: reading those of all takes a twentieth of a bare start. */
const later =
  (word: keyof typeof laterCommands): Define =>
  async (program, on, extras) =>
    (await import('./later-commands.ts')).laterCommands[word](program, on, extras);

/** The commands by name, under the headings of the help. Those that look are defined here, the others later. */
export const commandGroups: Readonly<Record<string, Readonly<Record<string, Define>>>> = {
  'Pairing:': {
    create: later('create'),
    qr: later('qr'),
    pair: later('pair'),
    passkey: later('passkey'),
  },
  'Looking:': {
    status: (program, on) => defineStatus(program, on(runStatus)),
    list: (program, on) => defineList(program, on(runList)),
    show: (program, on) => defineShow(program, on(runShow)),
    device: (program, on) => defineDevice(program, on(runDevice)),
    hosts: later('hosts'),
    logs: later('logs'),
    doctor: later('doctor'),
  },
  'Online and offline:': {
    connect: later('connect'),
    disconnect: later('disconnect'),
    restart: later('restart'),
    serve: later('serve'),
    token: later('token'),
  },
  'Changing:': {
    update: later('update'),
    webhook: later('webhook'),
    logout: later('logout'),
    delete: later('delete'),
    config: (program, on) => defineConfig(program, on(runConfig)),
    completion: (program, _, extras) => defineCompletion(program, (shell) => extras.completionScript(shell)),
  },
  'Moving and backup:': {
    export: later('export'),
    import: later('import'),
    backup: later('backup'),
    store: later('store'),
  },
  'Trying and testing:': {
    sandbox: later('sandbox'),
    demo: later('demo'),
  },
};
