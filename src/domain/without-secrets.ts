/** Variables that have been used already, in the record of a session or in a request, or that a started process is handed. */
const secretVariables: readonly string[] = [
  'WACTL_TOKEN',
  'WACTL_PROXY',
  'WACTL_WEBHOOK_SECRET',
  'WACTL_PASSPHRASE',
  'WACTL_EXPORT_PASSPHRASE',
];

/** The environment of a process that wactl starts: such a process may run for months. */
export const withoutSecrets = <Value>(env: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !secretVariables.includes(name)));
