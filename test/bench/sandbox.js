import { start, wactl } from './program.js';

/** An emulated WhatsApp in a process of its own, which notes itself in this config directory. */
export async function startSandbox(directory) {
  const child = start([wactl, 'sandbox', '--json', '--quiet'], { WACTL_CONFIG_DIR: directory });
  const ready = await child.line((text) => JSON.parse(text));
  const origin = `http://${new URL(ready.endpoint).host}`;
  const env = { WACTL_ENDPOINT: ready.endpoint, WACTL_ENDPOINT_ROOT: ready.endpoint_root };
  return {
    endpoint: ready.endpoint,
    rootKey: ready.endpoint_root,
    env,
    /** Its phone scans a QR. Resolves when it has. */
    async scan(qr) {
      const response = await fetch(`${origin}/sandbox/scan`, {
        method: 'POST',
        body: JSON.stringify({ qr }),
      });
      if (!response.ok) throw new Error(`the sandbox refused a scan: ${await response.text()}`);
    },
    async stop() {
      child.kill('SIGTERM');
      await child.ended;
    },
  };
}
