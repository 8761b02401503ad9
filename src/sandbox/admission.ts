import type { Connection } from './connection.ts';
import { logIn } from './login.ts';
import { ClientPayload } from './messages.ts';
import type { Network } from './network.ts';
import type { FinishedHandshake } from './noise.ts';
import { register } from './registration.ts';
import type { Registration } from './registration.ts';

const isOlder = (version: readonly number[], least: readonly number[]): boolean => {
  const index = least.findIndex((part, i) => part !== version[i]);
  return index >= 0 && (version[index] ?? 0) < (least[index] ?? 0);
};

/** Reads whether the client wants to register as a new companion or to log in as a linked device. */
export function admit(
  network: Network,
  registrations: Set<Registration>,
  connection: Connection,
  handshake: FinishedHandshake,
): void {
  const payload = ClientPayload.decode(handshake.payload);
  const address = `${payload.username ?? 0}:${payload.device ?? 0}`;
  connection.target =
    payload.username === undefined ? { on: 'registration' } : { on: 'login', device: address };
  if (connection.fault('stall_login')) return;
  const failure = connection.fault('failure');
  if (failure?.code !== undefined)
    return connection.refuse(failure.code, 'ordered fault', {
      code: failure.ban?.toString(),
      expire: failure.expire?.toString(),
      logout_message_header: failure.header,
      logout_message_subtext: failure.subtext,
    });
  const { primary = 0, secondary = 0, tertiary = 0 } = payload.userAgent?.appVersion ?? {};
  const version = [primary, secondary, tertiary];
  const least = network.options.minClientVersion;
  if (least !== undefined && isOlder(version, least))
    return connection.refuse(405, `client ${version.join('.')} is too old`);
  if (payload.username !== undefined)
    logIn(network, connection, handshake, address, payload.passive ?? false);
  else if (payload.devicePairingData !== undefined)
    register(network, registrations, connection, handshake, payload.devicePairingData, version);
  else connection.refuse(400, 'neither a login nor a registration');
}
