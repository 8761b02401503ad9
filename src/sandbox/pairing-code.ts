import type { Network } from './network.ts';
import type { Registration } from './registration.ts';
import type { Stanza } from './stanza.ts';

/** placeholder */
export class PairingByCode {
  constructor(_network: Network, _registration: Registration) {}
  receive(_received: Stanza): void {}
}
