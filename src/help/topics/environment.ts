export const environment = `\
Environment variables. A flag goes before the environment, and the environment
before the settings (wactl config list).

  WACTL_CONFIG_DIR      where sessions and settings are kept (--config-dir)
  WACTL_KEY_FILE        the file with the key of the sessions (--key-file)
  WACTL_PASSPHRASE      the passphrase that the sessions are sealed with
  CREDENTIALS_DIRECTORY where systemd puts wactl.key, the key of the sessions
  WACTL_STORE           the PostgreSQL that keeps the sessions
  WACTL_SERVER          the wactl whose sessions are used (--server)
  WACTL_TOKEN           the token of serve and --server
  WACTL_ADVERTISE       where other hosts of a fleet reach serve (--advertise)
  WACTL_PROXY           the proxy of new sessions (--proxy)
  WACTL_WEBHOOK_SECRET  what signs a webhook that is set without a secret
  WACTL_EXPORT_PASSPHRASE
                        what seals and opens the files of export and backup
  WACTL_BROWSER         the program that opens the page of --web; empty: none
  WACTL_ENDPOINT        the address of a sandbox, instead of WhatsApp
  WACTL_ENDPOINT_ROOT   the root key of that sandbox

  NO_COLOR              any value: no colour (--no-color)
  FORCE_COLOR           colour also where the output is not a terminal
  TERM=dumb             nothing is coloured or redrawn
  XDG_CONFIG_HOME       on Linux, sessions and settings are in wactl below it

Secrets belong in a variable or a file (--proxy-file, --webhook-secret-file):
all users of a machine can see flags.

Example:
  eval "$(wactl sandbox --detach --env)"   sets the two of the sandbox
`;
