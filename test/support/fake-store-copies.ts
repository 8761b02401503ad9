import type { CopiedStore, CopyStoreOptions, StoreCopies } from '../../src/ports/store-copy.ts';

/** Copies nothing; `asked` are the places that it was asked for. */
export class FakeStoreCopies implements StoreCopies {
  readonly asked: (readonly string[])[] = [];

  /** What is wrong with the places. */
  wrong: Error | undefined;

  check(): Promise<void> {
    return this.wrong ? Promise.reject(this.wrong) : Promise.resolve();
  }

  copy(from: string, to: string, { onProgress }: CopyStoreOptions): Promise<CopiedStore> {
    this.asked.push(['copy', from, to]);
    onProgress('copied', 1, 2);
    const counts = { sessions: 2, keys: 1, events: 0, tokens: 3 };
    return Promise.resolve({ from: 'here', to: 'there', ...counts, isContinued: false });
  }

  giveUp(from: string): Promise<{ readonly from: string }> {
    this.asked.push(['give up', from]);
    return Promise.resolve({ from });
  }
}
