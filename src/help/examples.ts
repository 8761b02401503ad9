/** A command line that works, and in a few words what it does. */
export type Example = readonly [line: string, does: string];

/** The examples at the end of each command's help, by the words that call it; '' is `wactl` itself. */
export const examples: Readonly<Record<string, readonly Example[]>> = {
  '': [
    ['wactl create my-phone', 'pair a phone'],
    ['wactl status my-phone', 'ask whether it is logged in'],
    ['wactl connect my-phone --detach', 'keep it online in the background'],
  ],
  create: [
    ['wactl create my-phone', 'by QR code'],
    ['wactl create my-phone --pair "+1 555 123 4567"', 'by a code typed on the phone'],
    ['wactl create my-phone --web', 'on a page in your browser'],
  ],
  qr: [
    ['wactl qr my-phone', 'in this terminal'],
    ['wactl qr my-phone --output qr.png', 'as a picture'],
    ['wactl qr my-phone --style ascii --timeout 2m', 'plain characters, 2 minutes'],
  ],
  pair: [
    ['wactl pair my-phone "+1 555 123 4567"', 'a random code'],
    ['wactl pair my-phone "+1 555 123 4567" --code ABCD-EFGH', 'your own code'],
  ],
  passkey: [
    ['wactl passkey my-phone', 'what is asked, and how to answer'],
    ['wactl passkey my-phone --snippet', 'with a line for your browser'],
    ['wactl passkey my-phone --assertion a.json', 'an answer in a file'],
  ],
  status: [
    ['wactl status my-phone', ''],
    ['wactl status --all --json', 'for a script'],
    ['wactl status my-phone --expect logged_in --timeout 5m', 'wait for it'],
  ],
  list: [
    ['wactl list', ''],
    ['wactl list --status logged_out,failed --watch', 'those that need you'],
    ['wactl list --json --per-page 1000', 'for a script'],
  ],
  show: [
    ['wactl show my-phone', ''],
    ['wactl show my-phone --json', 'for a script'],
  ],
  device: [
    ['wactl device my-phone', ''],
    ['wactl device my-phone --json', 'for a script'],
  ],
  hosts: [
    ['wactl hosts', ''],
    ['wactl hosts --json', 'for a script'],
  ],
  logs: [
    ['wactl logs my-phone', ''],
    ['wactl logs my-phone --lines 20 --follow', 'the last 20, and what comes'],
    ['wactl logs my-phone --json', 'an event per line, for a script'],
  ],
  doctor: [
    ['wactl doctor', ''],
    ['wactl doctor --fix', 'mend what is safe to mend'],
    ['wactl doctor --json --offline', 'for a script, without the network'],
  ],
  connect: [
    ['wactl connect my-phone', 'until Ctrl-C'],
    ['wactl connect --all --detach', 'all of them, in the background'],
    ['wactl connect my-phone --json', 'an event per line, for a script'],
  ],
  disconnect: [
    ['wactl disconnect my-phone', ''],
    ['wactl disconnect --all', ''],
  ],
  restart: [
    ['wactl restart my-phone', ''],
    ['wactl restart my-phone --timeout 30s', ''],
  ],
  serve: [
    ['wactl serve', 'on 127.0.0.1:7764'],
    ['wactl serve --listen unix:/run/wactl/wactl.sock --log-format json', ''],
    ['wactl serve --listen 0.0.0.0:7764 --allow-remote --allow-host wa.example.com', ''],
  ],
  update: [
    ['wactl update my-phone --name "My phone"', ''],
    ['wactl update my-phone --webhook-url https://example.com/hook', ''],
    ['wactl update my-phone --no-proxy', 'connect directly'],
  ],
  webhook: [['wactl update my-phone --webhook-url https://example.com/hook', 'set it']],
  'webhook show': [['wactl webhook show my-phone', '']],
  'webhook set': [
    ['wactl webhook set my-phone crm --webhook-url https://example.com/crm', ''],
    ['wactl webhook set my-phone crm --webhook-events message', 'change it'],
  ],
  'webhook remove': [['wactl webhook remove my-phone crm', '']],
  'webhook list': [
    ['wactl webhook list my-phone', ''],
    ['wactl webhook list my-phone crm', 'of one of several'],
    ['wactl webhook list my-phone --limit 100 --json', 'for a script'],
  ],
  'webhook replay': [
    ['wactl webhook replay my-phone --failed', 'what did not get through'],
    ['wactl webhook replay my-phone --since 2h', 'all of the last two hours'],
  ],
  'webhook test': [['wactl webhook test my-phone', '']],
  logout: [
    ['wactl logout my-phone', 'asks first'],
    ['wactl logout my-phone --yes', 'does not ask'],
  ],
  export: [
    ['wactl export my-phone --output my-phone.age', 'a copy: asks for a passphrase'],
    ['wactl export my-phone --move -o my-phone.age', 'to use it elsewhere'],
    ['wactl export my-phone --to-baileys auth_info', 'for a program with Baileys'],
  ],
  import: [
    ['wactl import my-phone.age', 'asks for the passphrase'],
    ['wactl import --from-baileys auth_info --as bot', 'stop the bot first'],
    ['wactl import --from-whatsmeow store.db --as bot', 'the same for a bot in Go'],
  ],
  backup: [
    ['wactl backup all.age', 'asks for a passphrase'],
    ['wactl backup all.age --recipient age1…', 'for cron, without a question'],
  ],
  store: [['wactl store copy ~/.config/wactl - < address', 'into a PostgreSQL']],
  'store copy': [
    ['wactl store copy ~/.config/wactl - < address', 'into a PostgreSQL'],
    ['wactl store copy postgres://wactl@db/wactl ~/back', 'and back'],
    ['wactl store copy ~/a ~/b --give-up', 'after it was cut short'],
  ],
  delete: [
    ['wactl delete my-phone', 'asks first'],
    ['wactl delete my-phone my-tablet --yes', 'does not ask'],
    ['wactl delete my-phone --force', 'even if WhatsApp cannot be reached'],
  ],
  config: [
    ['wactl config list', ''],
    ['wactl config set device_name "My computer"', ''],
  ],
  'config get': [['wactl config get device_name', '']],
  'config set': [
    ['wactl config set device_name "My computer"', 'what the phone shows'],
    ['wactl config set webhook_url https://example.com/hook', 'for new sessions'],
    ['wactl config set global_webhook_secret -', 'from stdin'],
  ],
  'config unset': [['wactl config unset device_name', '']],
  'config list': [
    ['wactl config list', ''],
    ['wactl config list --json', 'for a script'],
  ],
  'config path': [['wactl config path', '']],
  'config encryption': [
    ['wactl config encryption', 'where the key is'],
    ['wactl config encryption --to passphrase', 'asks for it'],
    ['wactl config encryption --rotate', 'a new key'],
  ],
  completion: [
    ['source <(wactl completion bash)', 'in this shell'],
    ['wactl completion fish > ~/.config/fish/completions/wactl.fish', ''],
  ],
  sandbox: [
    ['wactl sandbox', 'until Ctrl-C'],
    ['eval "$(wactl sandbox --detach --env)"', 'point this shell at it'],
    ['wactl sandbox --auto-scan', 'its phone pairs by itself'],
  ],
  'passkey sign': [
    ['wactl passkey sign < request.json', 'the first browser found'],
    ['wactl passkey sign --profile ~/pk < request.json', 'a kept profile'],
  ],
  'sandbox sign-passkey': [['wactl sandbox sign-passkey - < request.json', '']],
  'sandbox scan': [
    ['wactl sandbox scan --latest', 'what create shows in another terminal'],
    ['wactl sandbox scan - < qr.txt', 'from: wactl create --output qr.txt'],
    ['wactl sandbox scan - --phone 15550100002 < qr.txt', ''],
  ],
  'sandbox enter-code': [['wactl sandbox enter-code 15550100001 ABCD-EFGH', '']],
  'sandbox unlink': [['wactl sandbox unlink my-phone', 'as on the phone']],
  'sandbox send': [['wactl sandbox send my-phone "Hello there"', '']],
  'sandbox fault': [
    ['wactl sandbox fault failure --code 405', 'at the next login'],
    ['wactl sandbox fault stream_error --code 503 --when now', ''],
    ['wactl sandbox fault silence --device 15550100001', ''],
  ],
  'sandbox push-name': [
    ['wactl sandbox push-name "Ann Other"', ''],
    ["wactl sandbox push-name $'\\e[31mEve' --phone 15550100002", 'a hostile one'],
  ],
  token: [['wactl token create board --scope read', 'make one']],
  'token create': [
    ['wactl token create board --scope read', 'may read all sessions'],
    ['wactl token create desk --scope pair --session shop', 'may pair one'],
  ],
  'token list': [['wactl token list', '']],
  'token revoke': [['wactl token revoke board', '']],
  'sandbox faults': [
    ['wactl sandbox faults', ''],
    ['wactl sandbox faults --clear', 'nothing goes wrong any more'],
  ],
  'sandbox env': [['eval "$(wactl sandbox env)"', 'point another shell at it']],
  'sandbox devices': [
    ['wactl sandbox devices', ''],
    ['wactl sandbox devices --json', 'for a script'],
  ],
  'sandbox stop': [['wactl sandbox stop', '']],
  demo: [['wactl demo', '']],
};
