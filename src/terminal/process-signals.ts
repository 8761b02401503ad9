/** The signals of this process that the terminal and its shell's job control use. */
export interface ProcessSignals {
  on(name: 'SIGTSTP' | 'SIGCONT', listener: () => void): void;
  off(name: 'SIGTSTP' | 'SIGCONT', listener: () => void): void;
  /** Sends this process a signal. */
  raise(name: 'SIGINT' | 'SIGQUIT' | 'SIGTSTP' | 'SIGWINCH'): void;
}
