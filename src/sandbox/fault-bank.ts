import type { Fault, FaultKind, QueryName } from './faults.ts';

/** The facts about a connection that decide whether a fault hits it. */
export type FaultTarget = {
  readonly on?: 'registration' | 'login';
  /** "15550100001:1" */
  readonly device?: string;
  readonly query?: QueryName;
};

/** Whether a fault is meant for this connection. */
export const matchesFault = (fault: Fault, target: FaultTarget): boolean =>
  (fault.on === undefined || fault.on === target.on) &&
  (fault.query === undefined || fault.query === target.query) &&
  (fault.device === undefined ||
    fault.device === target.device ||
    fault.device === target.device?.split(':')[0]);

/** The faults that wait for their connection. */
export class FaultBank {
  #armed: { readonly fault: Fault; left: number }[] = [];

  arm(fault: Fault): void {
    this.#armed.push({ fault, left: fault.times ?? 1 });
  }

  /** The faults still waiting, and how often each will hit. */
  get waiting(): readonly { readonly fault: Fault; readonly left: number }[] {
    return this.#armed;
  }

  clear(): void {
    this.#armed = [];
  }

  /** Uses up one hit of the first fault of this kind that is meant for `target`. */
  take(kind: FaultKind, target: FaultTarget): Fault | undefined {
    const entry = this.#armed.find(({ fault }) => fault.kind === kind && matchesFault(fault, target));
    if (entry === undefined) return undefined;
    entry.left--;
    if (entry.left <= 0) this.#armed = this.#armed.filter((one) => one !== entry);
    return entry.fault;
  }
}
