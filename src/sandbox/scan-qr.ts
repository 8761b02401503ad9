import type { Device } from './device.ts';
import type { Network } from './network.ts';
import type { Phone } from './phone.ts';
import { PhoneRefusedError } from './phone-refused-error.ts';
import type { Registration } from './registration.ts';

type QrContent = {
  readonly ref: string;
  readonly noiseKey: Buffer;
  readonly identityKey: Buffer;
  readonly advSecret: Buffer;
};

/** Reads a QR's text, with or without the address before `#`. Throws PhoneRefusedError. */
export function readQr(text: string): QrContent {
  const [ref, noiseKey, identityKey, advSecret] = text
    .trim()
    .slice(text.trim().indexOf('#') + 1)
    .split(',');
  const keys = [noiseKey, identityKey, advSecret].map((part) => Buffer.from(part ?? '', 'base64'));
  if (ref === undefined || ref === '' || keys.some((key) => key.length !== 32))
    throw new PhoneRefusedError('this is not a WhatsApp QR code');
  return { ref, noiseKey: keys[0]!, identityKey: keys[1]!, advSecret: keys[2]! };
}

const findRegistration = (registrations: ReadonlySet<Registration>, ref: string): Registration => {
  for (const registration of registrations) {
    const found = registration.refs.find((one) => one.text === ref);
    if (found === undefined) continue;
    if (found.expiresAt < Date.now()) throw new PhoneRefusedError('this QR code has expired');
    if (registration.taken) throw new PhoneRefusedError('this QR code was scanned before');
    return registration;
  }
  throw new PhoneRefusedError('no device is waiting with this QR code');
};

/** The phone scans a QR: checks that it belongs to a waiting companion, and links it. */
export function scanQr(
  network: Network,
  registrations: ReadonlySet<Registration>,
  phone: Phone,
  text: string,
): Device {
  const { ref, noiseKey, identityKey, advSecret } = readQr(text);
  const registration = findRegistration(registrations, ref);
  if (!registration.keys.noiseKey.equals(noiseKey) || !registration.keys.identityKey.equals(identityKey))
    throw new PhoneRefusedError('the keys in this QR code are not those of the device that waits');
  network.events.emit({
    kind: 'scanned',
    connection: registration.connection.id,
    phone: phone.number,
  });
  registration.refresh.beforeLink(advSecret);
  return registration.link(phone, advSecret);
}
