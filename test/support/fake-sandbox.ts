import type { Endpoint } from '../../src/domain/session.ts';
import type { RunningSandbox, SandboxControl, SandboxFlags, SandboxHost } from '../../src/ports/sandbox.ts';
import { unexpected } from './unexpected.ts';

/** The sandboxes of a machine; `orders` are the methods of the phone that the test expects to be called. */
export class FakeSandboxHost implements SandboxHost {
  readonly faults = [];
  /** What was started, in order. */
  readonly started: SandboxFlags[] = [];
  /** How many of them run. */
  open = 0;
  readonly #orders: Partial<SandboxControl>;
  readonly #endpoint: Endpoint;
  #stop: () => void = () => unexpected('a stop before the start');

  constructor(
    orders: Partial<SandboxControl> = {},
    endpoint: Endpoint = { url: 'ws://127.0.0.1:4000', rootKey: 'c0ffee' },
  ) {
    this.#orders = orders;
    this.#endpoint = endpoint;
  }

  start(flags: SandboxFlags): Promise<RunningSandbox> {
    this.started.push(flags);
    this.open += 1;
    const closed = new Promise<void>((resolve) => (this.#stop = resolve));
    return Promise.resolve({
      endpoint: this.#endpoint,
      isListed: flags.isListed ?? false,
      onEvent: (listener) => listener('a phone scans'),
      closed,
      close: () => Promise.resolve(void (this.open -= 1)),
    });
  }

  /** The sandboxes that were started in other processes. */
  listed: readonly Endpoint[] = [];

  running(): Promise<readonly Endpoint[]> {
    return Promise.resolve(this.listed);
  }

  /** Somebody else stops the sandbox that was started last. */
  stop(): void {
    this.#stop();
  }

  /** The address of the sandbox that orders were last meant for. */
  asked: string | undefined;

  at(url: string): SandboxControl {
    this.asked = url;
    return {
      scan: () => unexpected('sandbox.scan'),
      enterCode: () => unexpected('sandbox.enterCode'),
      show: () => unexpected('sandbox.show'),
      showCode: () => unexpected('sandbox.showCode'),
      showPasskey: () => unexpected('sandbox.showPasskey'),
      signPasskey: () => unexpected('sandbox.signPasskey'),
      unlink: () => unexpected('sandbox.unlink'),
      fault: () => unexpected('sandbox.fault'),
      faults: () => unexpected('sandbox.faults'),
      clearFaults: () => unexpected('sandbox.clearFaults'),
      rename: () => unexpected('sandbox.rename'),
      devices: () => unexpected('sandbox.devices'),
      sendText: () => unexpected('sandbox.sendText'),
      endpoint: () => Promise.resolve(this.#endpoint),
      stop: () => unexpected('sandbox.stop'),
      ...this.#orders,
    };
  }
}
