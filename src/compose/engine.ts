import type { CommandSettings } from '../settings/command-settings.ts';
import type * as whatsappRoom from '../whatsapp/create-whatsapp.ts';
import type { Io } from '../ports/io.ts';
import type { GlobalFlags } from '../program.ts';

const logLevels: readonly string[] = ['silent', 'error', 'warn', 'info', 'debug', 'trace'];

type Engine = Pick<typeof whatsappRoom, 'createWhatsApp'>;

/** The engine, with its log on the streams of the command. */
export function createEngine(
  { createWhatsApp }: Engine,
  { io, flags }: { readonly io: Io; readonly flags: GlobalFlags },
  settings: CommandSettings,
  parts: Pick<whatsappRoom.WhatsAppOptions, 'onError' | 'versions' | 'turns'>,
) {
  const level = flags.verbose ? 'debug' : settings.logLevel;
  const { deviceName } = settings;
  return createWhatsApp({
    ...parts,
    ...(deviceName === null ? {} : { deviceName }),
    ...(level === 'silent'
      ? {}
      : {
          log: (at, message) => {
            if (logLevels.indexOf(at) <= logLevels.indexOf(level)) io.log(at, message);
          },
        }),
  });
}
