import { close, closeSync, fdatasync, fstatSync, openSync, statSync } from 'node:fs';

export type JournalSync = {
  /**
   * Resolves when all that the journal has now survives a power loss. Calls that come while the disk is busy with an earlier one
   * are one wait for it. Rejects with the error of the system.
   */
  sync(): Promise<void>;
  close(): void;
};

/**
 * Waits for the disk outside the main thread: SQLite would stop everything meanwhile. `empty` brings the whole journal into the
 * database, and both to the disk, or throws: after a sync that failed the system takes what is in memory for written, so a later
 * sync that succeeds would mean nothing.
 */
export function journalSync(path: string, empty: () => void): JournalSync {
  let handle: number | undefined;
  let isDistrusted = false;
  let before: Promise<unknown> = Promise.resolve();
  let waiting: Promise<void> | undefined;

  /** SQLite makes the journal, and may make another one. */
  const opened = (): number => {
    if (handle !== undefined) {
      const [known, there] = [fstatSync(handle), statSync(path)];
      if (known.ino === there.ino && known.dev === there.dev) return handle;
      closeSync(handle);
    }
    // Windows syncs only what may be written.
    return (handle = openSync(path, 'r+'));
  };
  const toDisk = async (): Promise<void> => {
    waiting = undefined;
    if (isDistrusted) {
      empty();
      isDistrusted = false;
      return;
    }
    try {
      const file = opened();
      await new Promise<void>((resolve, reject) =>
        fdatasync(file, (error) => (error ? reject(error) : resolve())),
      );
    } catch (error) {
      isDistrusted = true;
      throw error;
    }
  };

  return {
    sync() {
      if (waiting) return waiting;
      const done = before.then(toDisk);
      before = done.catch(() => undefined);
      return (waiting = done);
    },
    close() {
      if (handle !== undefined) close(handle);
      handle = undefined;
    },
  };
}
