/** How the client in this program names itself: its hints are for a person who typed a command. */
export const wactlClient = 'wactl';
