import { script } from './browser/pairing-page.ts?script';
import { webPage } from './page-document.ts';
import { pairingStyle } from './pairing-style.ts';

/** The page of --web. */
export const pairingDocument = webPage({
  script,
  style: pairingStyle,
  without: 'This page needs JavaScript. Without it, pair in the terminal.',
});
