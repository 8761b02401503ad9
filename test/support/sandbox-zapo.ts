import * as zapo from 'zapo-js';

// The types of zapo-js 0.3.0 name paths of its own build, so the parts that the tests use are declared here.

/** Its log. */
export type ZapoLogger = {
  readonly level: string;
  trace(message: string, context?: object): void;
  debug(message: string, context?: object): void;
  info(message: string, context?: object): void;
  warn(message: string, context?: object): void;
  error(message: string, context?: object): void;
};

/** Its events. */
export type ZapoEvents = {
  auth_qr: { readonly qr: string };
  message: { readonly message?: { readonly conversation?: string } };
};

/** One linked device. */
export type ZapoClient = {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  requestPairingCode(phone: string, pushNotification?: boolean, code?: string): Promise<string>;
  once<K extends keyof ZapoEvents>(event: K, listener: (value: ZapoEvents[K]) => void): void;
};

/** Its storage. */
export type ZapoStore = { destroy(): Promise<void> };

const { WaClient, createStore } = zapo as unknown as {
  WaClient: new (options: object, logger: ZapoLogger) => ZapoClient;
  createStore: (options: object) => ZapoStore;
};

/** Says nothing. */
export const silentZapo: ZapoLogger = {
  level: 'error',
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
};

/** All in memory; zapo requires an explicit place for the credentials. */
export function makeZapoStore(): ZapoStore {
  let credentials: unknown = null;
  const auth = {
    load: () => Promise.resolve(credentials),
    save: (changed: unknown) => Promise.resolve(void (credentials = changed)),
    clear: () => Promise.resolve(void (credentials = null)),
  };
  const kept = { stores: { auth: () => auth }, caches: {} };
  return createStore({ backends: { kept }, providers: { auth: 'kept' } });
}

/** The client, connected to a sandbox with its root key; all its checks stay on. */
export const makeZapoClient = (
  { endpoint, rootKey }: { readonly endpoint: string; readonly rootKey: string },
  store: ZapoStore,
  logger: ZapoLogger = silentZapo,
): ZapoClient =>
  new WaClient(
    {
      store,
      sessionId: 'test',
      chatSocketUrls: [endpoint],
      deviceBrowser: 'Chrome',
      deviceOsDisplayName: 'Linux',
      testHooks: { noiseRootCa: { publicKey: Buffer.from(rootKey, 'hex'), serial: 0 } },
    },
    logger,
  );
