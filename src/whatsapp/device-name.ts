import type { WABrowserDescription } from '@whiskeysockets/baileys';

/**
 * How the device introduces itself. The phone lists it by the first word (DeviceProps.os, free text) beside the
 * browser's icon; the platform must be a known browser.
 */
export function browserOf(deviceName: string | undefined): WABrowserDescription {
  const name = [...(deviceName ?? '')]
    .filter((letter) => letter >= ' ' && letter !== '\x7f')
    .join('')
    .trim();
  return [name.slice(0, 50) || 'wactl', 'Chrome', '10.15.7'];
}

/**
 * The display name for pairing by code: a known pair as `Browser (OS)`, or the server answers 400 (whatsmeow,
 * pair-code.go; whatsapp-rust, companion_reg.rs). This pair is known to be accepted.
 */
export const codePairingDisplay = 'Chrome (Windows)';
