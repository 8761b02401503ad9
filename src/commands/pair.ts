import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addDetach } from './detach-pairing.ts';
import type { DetachFlags } from './detach-pairing.ts';
import { addTimeout } from './flags.ts';
import { pairAgain } from './pair-again.ts';
import { withSecrets } from './secret-flags.ts';
import { addPairCodeFlags, pairingGoal } from './pair-code-flags.ts';
import type { PairCodeFlags } from './pair-code-flags.ts';
import { addWeb } from './web-page.ts';
import type { WebFlags } from './web-page.ts';

export type PairOptions = PairCodeFlags &
  WebFlags &
  DetachFlags & {
    readonly id: string;
    /** As a person writes it. */
    readonly phone: string;
    /** Milliseconds. */
    readonly timeout?: number;
  };

/** `pair ID PHONE`: pair a session that is there already, by a code typed on the phone. */
export function definePair(program: Command, run: (options: PairOptions) => Promise<void>): void {
  const command = program
    .command('pair')
    .summary('pair a session by a code typed on the phone')
    .description(
      'Shows a code to type on the phone. If the session is already logged in, says so and changes nothing.',
    )
    .argument('<id>', 'session id, or a unique prefix')
    .argument('<phone>', 'phone number with its country code, "+1 555 123 4567"');
  addPairCodeFlags(command);
  addWeb(command, ['detach']);
  addTimeout(command, 'give up if the phone has not paired after this time');
  addDetach(command);
  command.action((id: string, phone: string, flags: Omit<PairOptions, 'id' | 'phone'>) =>
    run({ id, phone, ...flags }),
  );
}

export async function runPair(cx: Context, given: PairOptions): Promise<void> {
  const options = await withSecrets(cx, given);
  const goal = await pairingGoal(options.phone, options);
  const session = await (await cx.wactl()).find(options.id);
  await pairAgain(cx, session, goal, options);
}
