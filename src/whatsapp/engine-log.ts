import type { ILogger } from '@whiskeysockets/baileys/lib/Utils/logger.js';

type EngineLogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Takes what the engine has to say. `message` holds no key, code, QR payload or message text. */
export type EngineLog = (level: EngineLogLevel, message: string) => void;

const secretName = /key|secret|cred|token|code|ref|qr|auth|sign|data/i;
const longestText = 80;

/** The harmless part of what Baileys logs beside its sentence: numbers, booleans, the first line of an error. */
function describe(fields: unknown): string {
  if (typeof fields !== 'object' || fields === null) return '';
  const words = Object.entries(fields).flatMap(([name, value]: [string, unknown]) => {
    if (value instanceof Error) return [`${name}=${value.name}: ${firstLine(value.message)}`];
    if (name === 'trace' && typeof value === 'string') return [`${name}=${firstLine(value)}`];
    const isPlain = typeof value === 'number' || typeof value === 'boolean';
    return isPlain && !secretName.test(name) ? [`${name}=${value}`] : [];
  });
  return words.join(' ');
}

const firstLine = (text: string): string => (text.split('\n', 1)[0] ?? '').slice(0, longestText);

/**
 * The logger that Baileys gets instead of its own, which writes to stdout. Its level is never "trace": Baileys then
 * would log whole stanzas.
 */
export function createBaileysLogger(log: EngineLog | undefined): ILogger {
  const at = (level: EngineLogLevel) => (fields: unknown, sentence?: string) => {
    if (!log) return;
    // A sentence in the first place may have a whole stanza in the second.
    const words =
      typeof fields === 'string' ? [firstLine(fields)] : [firstLine(sentence ?? ''), describe(fields)];
    log(level, words.filter((word) => word !== '').join(' '));
  };
  const logger: ILogger = {
    level: log ? 'debug' : 'silent',
    child: () => logger,
    trace: () => undefined,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
  return logger;
}
