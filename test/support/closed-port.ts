/**
 * A port on which no process listens. No other test can get it meanwhile, unlike a port that was free just now: it is
 * unassigned, and only an administrator could open it.
 */
export const closedPort = 4;
