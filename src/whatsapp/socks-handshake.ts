import type { Socket } from 'node:net';
import { SocksClient } from 'socks';

export type SocksTarget = {
  readonly proxy: { readonly host: string; readonly port: number };
  readonly user?: string;
  readonly password?: string;
  readonly destination: { readonly host: string; readonly port: number };
};

/**
 * Makes the SOCKS5 proxy at the other end of `socket` connect to the destination. In its own file, so that the package
 * is loaded only when needed: in the bundle, an `import()` of CommonJS has no named exports.
 */
export async function socksHandshake(socket: Socket, target: SocksTarget, timeoutMs: number): Promise<void> {
  const { proxy, user, password, destination } = target;
  await SocksClient.createConnection({
    proxy: {
      ...proxy,
      type: 5,
      ...(user === undefined ? {} : { userId: user }),
      ...(password === undefined ? {} : { password }),
    },
    command: 'connect',
    destination,
    existing_socket: socket,
    timeout: timeoutMs,
  });
}
