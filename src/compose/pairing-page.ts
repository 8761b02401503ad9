import { platform } from 'node:os';
import { openBrowser } from '../page/open-browser.ts';
import { openPage } from '../page/open-page.ts';
import { systemClock } from '../compose/system-clock.ts';
import type { PairingPage } from '../ports/page.ts';

/** A page for a browser of this machine, also when the sessions are elsewhere. */
export const openPairingPage = (
  env: Readonly<Record<string, string | undefined>>,
  browse: boolean,
): Promise<PairingPage> =>
  openPage({
    clock: systemClock,
    async qrUrl(payload) {
      const { qrContent } = await import('../terminal/qr-content.ts');
      return `data:image/svg+xml,${encodeURIComponent(qrContent(payload, 'svg') as string)}`;
    },
    browse: (url) => (browse ? openBrowser(url, platform(), env) : Promise.resolve(false)),
  });
