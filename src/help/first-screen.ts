const start = `wactl links this machine to WhatsApp on a phone, and keeps it online.
Usage: wactl <command> [flags]

First steps:
  wactl create my-phone             pair a phone: scan the QR with WhatsApp
  wactl status my-phone             ask WhatsApp whether it is logged in
  wactl connect my-phone --detach   keep it online in the background

Commands:
`;

const end = `
Every command takes --json, --quiet, --verbose, --config-dir <dir>,
--key-file <file>, --server <url>, --insecure-server and --no-color.

wactl help <command>   the flags of a command, with examples
wactl --help           all commands with what they do, and topics of help
wactl demo             a tour in seconds, without a phone
`;

/** What `wactl` alone prints: it fits a terminal of 80 columns and 24 rows. */
export function firstScreen(commands: ReadonlyMap<string, readonly string[]>): string {
  const width = Math.max(...[...commands.keys()].map(({ length }) => length));
  const lines = [...commands].map(([group, names]) => `  ${group.padEnd(width)}   ${names.join(', ')}\n`);
  return `${start}${lines.join('')}${end}`;
}
