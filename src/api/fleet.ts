import type { Clock } from '../ports/clock.ts';
import type { Hosts } from '../ports/hosts.ts';
import { fullAccess } from './access.ts';
import type { Api, ApiOptions } from './app.ts';
import { FleetSignatures, scheme } from './fleet-signature.ts';
import type { Guard } from './guard.ts';
import { readBytes } from './read-body.ts';
import { RequestError } from './request-error.ts';
import { fleetPath } from './server-address.ts';
import { WrongTokens } from './wrong-tokens.ts';

type FleetHosts = Pick<Hosts, 'serverId' | 'secret'>;

/** Lets in the other hosts of the fleet, and nobody else. */
function fleetGuard(hosts: FleetHosts, clock: Clock): Guard {
  const [wrong, signatures] = [new WrongTokens(clock), new FleetSignatures()];
  const isSigned = async (shown: string, request: Request): Promise<boolean> => {
    const { pathname, search } = new URL(request.url);
    const body = await readBytes(request.clone(), true);
    const asked = { method: request.method, path: `${pathname}${search}`, body, to: hosts.serverId };
    return signatures.isGood(shown, asked, await hosts.secret());
  };
  return {
    async admit(request, { address }) {
      const shown = request.headers.get('authorization') ?? '';
      if (shown !== '') {
        wrong.assertMayTry(address, shown);
        if (await isSigned(shown, request)) return fullAccess;
        await wrong.slowDown(address);
      }
      const what = shown.startsWith(scheme)
        ? 'the request is not signed for this host, or long ago'
        : 'this is for the other hosts of the fleet';
      throw new RequestError('unauthorized', what, 'use /api/v1');
    },
    isStillGood: () => Promise.resolve(true),
  };
}

type FleetParts = Pick<ApiOptions, 'onAnswer' | 'onBug'> & {
  readonly hosts: FleetHosts;
  readonly clock: Clock;
  /** For the sessions that this process holds. */
  readonly ownApi: (options: ApiOptions) => Promise<Api>;
};

/** The API, and beside it what the other hosts are answered. That asks no further host, so no request goes in a circle. */
export async function withFleet(
  api: Api,
  { hosts, clock, ownApi, onAnswer, onBug }: FleetParts,
): Promise<Api> {
  const guard = fleetGuard(hosts, clock);
  const fleet = await ownApi({
    prefix: fleetPath,
    guard,
    ...(onAnswer && { onAnswer }),
    ...(onBug && { onBug }),
  });
  const isForFleet = (request: Request): boolean => new URL(request.url).pathname.startsWith(`${fleetPath}/`);
  return (request, caller) => (isForFleet(request) ? fleet : api)(request, caller);
}
