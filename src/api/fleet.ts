import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../ports/clock.ts';
import type { Hosts } from '../ports/hosts.ts';
import { fullAccess } from './access.ts';
import type { Api, ApiOptions } from './app.ts';
import { bearerOf, digest, unauthorized } from './guard.ts';
import type { Guard } from './guard.ts';
import { fleetPath } from './server-address.ts';
import { WrongTokens } from './wrong-tokens.ts';

/** Lets in the other hosts of the fleet, and nobody else. */
function fleetGuard(hosts: Pick<Hosts, 'token'>, clock: Clock): Guard {
  const wrong = new WrongTokens(clock);
  return {
    async admit({ headers }, { address }) {
      const shown = bearerOf(headers);
      if (shown !== '') {
        wrong.assertMayTry(address, shown);
        if (timingSafeEqual(digest(shown), digest(await hosts.token()))) return fullAccess;
        await wrong.slowDown(address);
      }
      throw unauthorized('this is for the other hosts of the fleet', 'use /api/v1');
    },
    isStillGood: () => Promise.resolve(true),
  };
}

type FleetParts = Pick<ApiOptions, 'onAnswer' | 'onBug'> & {
  readonly hosts: Pick<Hosts, 'token'>;
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
