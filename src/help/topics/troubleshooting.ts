export const troubleshooting = `\
Begin with: wactl doctor
  It looks at all of this machine's side and says what to type.

The QR does not fit or does not scan
  Make the terminal larger or its font smaller. Or: --web, --output qr.png,
  --pair PHONE; --invert helps a scanner that misreads light on dark.

The phone says "Couldn't link device"
  Often the client version is too old. wactl show ID tells which one is used;
  one set by hand is forgotten with: wactl config unset whatsapp_version

The pairing code is refused
  Was it the number of this phone, with its country code? After several tries
  WhatsApp wants an hour or more of rest; the QR works meanwhile.

It was paired, and is "offline" or "disconnected"
  Nothing keeps it online: wactl connect ID --detach, or wactl serve for all.
  wactl status ID asks WhatsApp whether the link still works.

"logged out"
  The phone has unlinked it, or not been used for about two weeks. Pair it
  again: wactl qr ID

"failed", or "replaced"
  wactl show ID tells why (last close). Replaced: something else uses the same
  credentials, a copy of the config directory for one.

Another process holds the session
  The message names it. End it with: wactl disconnect ID

Nothing can be reached
  Try --verbose; behind a proxy: wactl update ID --proxy URL

To report a bug, add the output of: wactl doctor; the command with --verbose
`;
