/** For a method of a fake that the test does not expect to be called. */
export function unexpected(what: string): never {
  throw new Error(`${what} was not expected`);
}
