import type { Holder } from '../ports/holder.ts';
import { SessionRegistry } from './session-registry.ts';
import type { SessionRegistryParts } from './session-registry.ts';
import { holderRouter } from './holder-router.ts';

/** How this process holds sessions and asks other processes about theirs. */
export type Holding = {
  readonly holder: Holder;
  /** The sessions that this process holds. */
  readonly own: SessionRegistry;
};

/** `lifetime`: when it is aborted, sessions that are kept online with no caller waiting for them end too. */
export function createHolder(parts: SessionRegistryParts & { readonly lifetime: AbortSignal }): Holding {
  const own = new SessionRegistry(parts);
  return { own, holder: holderRouter({ ...parts, own }) };
}
