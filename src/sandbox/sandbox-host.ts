import { UsageError } from '../errors.ts';
import type { RunningSandbox, SandboxControl, SandboxFlags, SandboxHost } from '../ports/sandbox.ts';
import { SandboxClient } from './control-client.ts';
import { faultKinds } from './faults.ts';
import type { FaultKindInfo } from './faults.ts';
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
async function start({ clientVersion, ...flags }: SandboxFlags): Promise<RunningSandbox> {
  const version = clientVersion === undefined ? {} : { clientVersion: parseVersion(clientVersion) };
  const { startSandbox } = await import('./start-sandbox.ts');
  const sandbox = await startSandbox({ ...flags, ...version });
  return {
    endpoint: { url: sandbox.endpoint, rootKey: sandbox.rootKey },
    closed: sandbox.closed,
    onEvent: (listener) => {
      sandbox.events.on((event) => {
        const sentence = sentenceOf(event);
        if (sentence !== undefined) listener(sentence);
      });
    },
    close: () => sandbox.close(),
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
    unlink: async (jid) => void (await client.unlink(jid)),
    fault: (fault) => client.fault(fault),
    devices: async () => (await client.status()).phones.flatMap(({ devices }) => devices),
    sendText: async (to, text) => void (await client.sendText(to, text)),
    stop: () => client.stop(),
  };
}

/** Sandboxes as the commands see them. Aborting the signal ends their requests. */
export const sandboxHost = (signal: AbortSignal): SandboxHost => ({
  start,
  at: (endpoint) => at(endpoint, signal),
  faults,
});
