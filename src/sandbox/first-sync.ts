import type { Device } from './device.ts';
import type { Network } from './network.ts';

/** placeholder */
export function sendFirstSync(_network: Network, _device: Device): void {}
