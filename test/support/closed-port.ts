/**
 * A port that nobody listens on, and that no other test is given meanwhile, as it might be one that was free just now: it
 * is assigned to nobody, and only an administrator could open it.
 */
export const closedPort = 4;
