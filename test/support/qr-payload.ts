/** A made-up QR payload with the shape and length (277 characters) of a real one; it differs by `seed`. */
export function madeUpPayload(seed: number): string {
  const bytes = (length: number, salt: number): string =>
    Buffer.from(Array.from({ length }, (_, index) => (index * 73 + seed * 31 + salt * 101) % 256)).toString(
      'base64',
    );
  const ref = `2@${bytes(75, 1)}`;
  return `https://wa.me/settings/linked_devices#${[ref, bytes(32, 2), bytes(32, 3), bytes(32, 4), '1'].join(',')}`;
}
