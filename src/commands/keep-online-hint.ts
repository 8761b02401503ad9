/** What comes after a pairing. */
export const keepOnlineHint = (id: string): string => `keep it online: wactl connect ${id} --detach`;
