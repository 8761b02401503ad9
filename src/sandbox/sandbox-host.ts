import { UsageError } from '../errors.ts';
import type { RunningSandbox, SandboxControl, SandboxFlags, SandboxHost } from '../ports/sandbox.ts';
import { SandboxClient } from './control-client.ts';
import { faultKinds } from './faults.ts';
import type { FaultKindInfo } from './faults.ts';
import { noteSandbox, runningSandboxes } from './running-sandboxes.ts';
import { sentenceOf } from './sentences.ts';

const takes = ({ parameters, anonymous }: FaultKindInfo): string[] => [
  ...Object.keys(parameters ?? {}),
  'times',
  ...(anonymous ? [] : ['device', 'on']),
];

/** Every fault with its summary and the names of its parameters. */
const faults: SandboxHost['faults'] = Object.entries<FaultKindInfo>(faultKinds).map(([kind, info]) => ({
  kind,
  summary: `${info.summary} [${takes(info).join(', ')}]`,
}));

/** Starts a sandbox in this process. Only this function loads the server. */
async function start(directory: string, given: SandboxFlags): Promise<RunningSandbox> {
  const { clientVersion, pushName, passkey = false, isListed = false, ...flags } = given;
  const version = clientVersion === undefined ? {} : { clientVersion: parseVersion(clientVersion) };
  const account = { account: { passkey, ...(pushName === undefined ? {} : { pushName }) } };
  const { startSandbox } = await import('./start-sandbox.ts');
  const sandbox = await startSandbox({ ...flags, ...version, ...account });
  const endpoint = { url: sandbox.endpoint, rootKey: sandbox.rootKey };
  const unlist = isListed ? await noteSandbox(directory, endpoint).catch(() => undefined) : undefined;
  return {
    endpoint,
    isListed: unlist !== undefined,
    closed: sandbox.closed,
    onEvent: (listener) => {
      sandbox.events.on((event) => {
        const sentence = sentenceOf(event);
        if (sentence !== undefined) listener(sentence);
      });
    },
    async close() {
      await unlist?.();
      await sandbox.close();
    },
  };
}

/** Throws UsageError. */
function parseVersion(text: string): [number, number, number] {
  const match = /^(\d{1,3})\.(\d{1,6})\.(\d{6,12})$/.exec(text);
  if (!match) throw new UsageError(`invalid version "${text}"`, 'a version looks like 2.3000.1043857760');
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** Controls the phones of a sandbox that runs on this machine. */
function at(endpoint: string, signal: AbortSignal): SandboxControl {
  const client = new SandboxClient(endpoint, { signal });
  return {
    scan: (qr, phone) => client.scan(qr, phone),
    enterCode: (phone, code) => client.enterCode(phone, code),
    show: async (qr) => void (await client.show(qr)),
    showCode: async (phone, code) => void (await client.showCode(phone, code)),
    showPasskey: async (options) => (await client.showPasskey(options)).assertion,
    signPasskey: async (options, phone) => (await client.signPasskey(options, phone)).assertion,
    unlink: async (jid) => void (await client.unlink(jid)),
    fault: (fault) => client.fault(fault),
    faults: async () => (await client.status()).faults,
    clearFaults: async () => (await client.clearFaults()).cleared,
    rename: async (pushName, phone) => (await client.account({ pushName }, phone)).phone,
    devices: async () => (await client.status()).phones.flatMap(({ devices }) => devices),
    sendText: async (to, text) => void (await client.sendText(to, text)),
    async endpoint() {
      const { endpoint: url, root_key: rootKey } = await client.status();
      return { url, rootKey };
    },
    stop: () => client.stop(),
  };
}

/** Sandboxes as the commands see them, listed in a directory. Aborting the signal ends their requests. */
export const sandboxHost = (signal: AbortSignal, directory: string): SandboxHost => ({
  start: (flags) => start(directory, flags),
  running: () => runningSandboxes(directory, signal),
  at: (endpoint) => at(endpoint, signal),
  faults,
});
