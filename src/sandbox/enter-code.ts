import type { Device } from './device.ts';
import type { Phone } from './phone.ts';
import { PhoneRefusedError } from './phone-refused-error.ts';
import type { Registration } from './registration.ts';

/** A person types a code on a phone. Throws PhoneRefusedError when no device waits or the code is wrong. */
export async function enterCode(
  registrations: ReadonlySet<Registration>,
  phone: Phone,
  code: string,
): Promise<Device> {
  const waiting = [...registrations].reverse();
  const registration = waiting.find(({ byCode, taken }) => byCode.phoneNumber === phone.number && !taken);
  if (registration === undefined) throw new PhoneRefusedError('no device has asked this phone for a code');
  return registration.byCode.typeCode(phone, code.replace(/[\s-]/gu, '').toUpperCase());
}
