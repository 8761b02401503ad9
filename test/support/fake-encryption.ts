import type { Encryption, KeyPlace, KeyTarget } from '../../src/ports/encryption.ts';

/** A key that is where it is told to be; `changes` are those that were asked for. */
export class FakeEncryption implements Encryption {
  readonly changes: [target: KeyTarget | null, renews: boolean][] = [];
  #place: KeyPlace = {
    kind: 'file',
    file: '/config/wactl.key',
    isOwnFile: true,
    since: new Date('2026-03-01T12:00:00.000Z'),
    generation: 1,
  };

  place(): Promise<KeyPlace> {
    return Promise.resolve(this.#place);
  }

  change(target: KeyTarget | null, renews: boolean): Promise<KeyPlace> {
    this.changes.push([target, renews]);
    const generation = this.#place.generation + (renews ? 1 : 0);
    const where = {
      own_file: { kind: 'file', file: '/config/wactl.key', isOwnFile: true },
      file: { kind: 'file', file: target?.to === 'file' ? target.path : null, isOwnFile: false },
      passphrase: { kind: 'passphrase', file: null, isOwnFile: false },
      keyring: { kind: 'keyring', file: null, isOwnFile: false },
    } as const;
    this.#place = { ...this.#place, ...(target && where[target.to]), generation };
    return this.place();
  }
}
