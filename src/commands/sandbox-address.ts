import type { Context } from '../context.ts';
import type { SandboxHost } from '../ports/sandbox.ts';
import { UsageError } from '../errors.ts';

/** The address of the only sandbox that runs for this user. Throws UsageError where there is none, or several. */
async function onlyRunning(host: SandboxHost): Promise<string> {
  const [first, ...others] = await host.running();
  if (!first)
    throw new UsageError('no sandbox is running', 'start one: eval "$(wactl sandbox --detach --env)"');
  if (others.length > 0) {
    const urls = [first, ...others].map(({ url }) => url).sort();
    throw new UsageError(
      `${urls.length} sandboxes are running: ${urls.join(', ')}`,
      'choose one with --endpoint',
    );
  }
  return first.url;
}

/** The sandbox that an order is for: the one of the flag, else the one that wactl is pointed at, else the only one that runs. */
export const sandboxAddress = async (
  { settings }: Context,
  host: SandboxHost,
  { action, endpoint }: { readonly action: string; readonly endpoint?: string },
): Promise<string> => {
  if (endpoint !== undefined) return endpoint;
  // `env` is what points wactl at one: it may be pointed at one that has ended.
  const set = action === 'env' ? null : settings.endpoint;
  return set?.url ?? onlyRunning(host);
};
