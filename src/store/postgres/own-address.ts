import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { bracketed } from '../../domain/listen-address.ts';
import { isLoopback } from '../../domain/loopback.ts';

/**
 * The address of this machine on the network by which it reaches a server: "10.0.0.11", "fd00::11". Null when that network is this machine
 * alone, or the server is not found. Nothing is sent: a datagram socket is connected to ask the system for its route.
 */
export async function ownAddressTowards(server: string): Promise<string | null> {
  if (server.startsWith('/')) return null;
  const found = await lookup(server).catch(() => undefined);
  if (!found) return null;
  const socket = createSocket(found.family === 6 ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      // Any port has the same route.
      socket.connect(1, found.address, () => resolve());
    });
    const { address } = socket.address();
    return isIP(address) === 0 || isLinkLocal(address) || isLoopback(bracketed(address)) ? null : address;
  } catch {
    return null;
  } finally {
    socket.close();
  }
}

/** One that means nothing without the name of a network card. */
const isLinkLocal = (address: string): boolean => /^fe[89ab]/i.test(address);
