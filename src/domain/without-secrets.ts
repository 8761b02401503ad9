type Env<Value> = Readonly<Record<string, Value>>;

/** Variables that have been used already, in the record of a session or in a request, or that a started process is handed. */
const secretVariables: readonly string[] = [
  'WACTL_TOKEN',
  'WACTL_PROXY',
  'WACTL_WEBHOOK_SECRET',
  'WACTL_PASSPHRASE',
  'WACTL_EXPORT_PASSPHRASE',
];

/** Variables with the password of the database, which only wactl opens. */
const storeVariables: readonly string[] = ['WACTL_STORE', 'PGPASSWORD'];

/** The environment of a wactl process that wactl starts: such a process may run for months. */
export const withoutSecrets = <Value>(env: Env<Value>): Record<string, Value> =>
  without(env, secretVariables);

/** The environment of a browser that wactl starts. */
export const forBrowser = <Value>(env: Env<Value>): Record<string, Value> =>
  without(env, [...secretVariables, ...storeVariables]);

const without = <Value>(env: Env<Value>, names: readonly string[]): Record<string, Value> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
