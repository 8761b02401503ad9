/** An image on a terminal: what draws it at the cursor, and what takes it away where wiping its cells does not. */
export type TerminalImage = { readonly draw: string; readonly wipe: string };
