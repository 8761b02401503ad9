import type { Holder } from '../ports/holder.ts';
import { SessionRegistry } from './session-registry.ts';
import type { SessionRegistryParts } from './session-registry.ts';
import { holderRouter } from './holder-router.ts';

/** How this process holds sessions, and asks others for theirs. */
export type Holding = {
  readonly holder: Holder;
  /** The sessions in the hands of this process. */
  readonly own: SessionRegistry;
};

/** `lifetime`: what is kept online without anybody waiting for its end ends with it. */
export function createHolder(parts: SessionRegistryParts & { readonly lifetime: AbortSignal }): Holding {
  const own = new SessionRegistry(parts);
  return { own, holder: holderRouter({ ...parts, own }) };
}
