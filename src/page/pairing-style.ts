import { baseStyle } from './base-style.ts';

/** The looks of the page of --web. */
export const pairingStyle = `${baseStyle}
main { box-sizing: border-box; max-width: 34rem; margin: 0 auto; padding: 1rem; }
footer { margin-top: 1.5rem; color: var(--faint); font-size: .9375rem; }
`;
