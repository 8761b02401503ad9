import { admit } from './admission.ts';
import { answerOrder } from './control-server.ts';
import { Network } from './network.ts';
import type { SandboxOptions } from './network.ts';
import type { Registration } from './registration.ts';
import { Sandbox } from './sandbox.ts';
import { listen } from './server.ts';
import type { Listening } from './server.ts';

/** Starts an emulated WhatsApp server, with phones to pair with it, on 127.0.0.1. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const network = new Network(options);
  const registrations = new Set<Registration>();
  const listenOn = (port: number): Promise<Listening> =>
    listen(network, port, {
      admit: (connection, handshake) => admit(network, registrations, connection, handshake),
      order: (request, response) => answerOrder(sandbox, request, response),
    });
  const sandbox = new Sandbox(network, registrations, await listenOn(options.port ?? 0), listenOn);
  return sandbox;
}
