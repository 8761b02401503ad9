/** More at once would look like an attack. Of all hosts that share the sessions together. */
export const loginsAtOnce = 8;

/** How many of them one host may have under way, of so many hosts. */
export const loginsOf = (hosts: number): number => Math.max(1, Math.floor(loginsAtOnce / hosts));
