import type { WactlError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { ServiceLogOptions } from '../ports/io.ts';
import type { AuditEntry, Log, LogFacts, LogLevel } from '../ports/log.ts';
import type { Output } from './output.ts';
import { errorText } from './error-text.ts';
import { jsonLine } from './json-line.ts';
import type { Palette } from './palette.ts';
import { sanitize } from './sanitize.ts';

export type ServiceLogParts = {
  readonly stderr: Output;
  readonly stderrPalette: Palette;
  readonly clock: Clock;
  readonly quiet: boolean;
  readonly warns: boolean;
  readonly verbose: boolean;
};

/** Words or JSON, a line for each thing that happens. As JSON: time, level, msg, session, and more facts. */
export class ServiceLog implements Log {
  readonly #parts: ServiceLogParts;
  readonly #isJson: boolean;
  /** A person watches: the words alone, with colour. */
  readonly #isTerminal: boolean;
  readonly #levels: readonly string[];

  constructor(parts: ServiceLogParts, options: ServiceLogOptions) {
    this.#parts = parts;
    this.#isJson = options.format === 'json';
    this.#isTerminal = parts.stderr.stream.isTTY === true;
    this.#levels = logLevels.slice(0, logLevels.indexOf(options.level ?? usualLevel(parts, options)) + 1);
  }

  line(level: LogLevel, message: string, facts: LogFacts = {}): void {
    if (this.#levels.includes(level)) this.always(level, message, facts);
  }

  audit({ action, session, ...entry }: AuditEntry): void {
    const facts = { action, ...(session !== undefined && { session }), ...entry };
    if (this.#isJson) return this.always('info', 'audit', facts);
    const told = Object.entries(facts).map(([name, value]) => `${name}=${String(value)}`);
    this.always('info', `audit: ${told.join(' ')}`);
  }

  /** What the service ends with; a signal is how it usually does. */
  end(error: WactlError): void {
    const { stderr, stderrPalette } = this.#parts;
    if (this.#isTerminal && !this.#isJson) return stderr.finish(errorText(error, stderrPalette));
    const { code, message, hint } = error;
    const words = this.#isJson || hint === undefined ? message : `${message}; ${hint}`;
    const isStopped = code === 'interrupted' || code === 'terminated';
    this.always(isStopped ? 'info' : 'error', words, { code, ...(hint !== undefined && { hint }) });
  }

  /** Whatever the level is; one of the engine's, maybe. */
  always(level: string, message: string, facts: LogFacts = {}): void {
    const { clock, stderr } = this.#parts;
    const time = clock.now().toISOString();
    const { session, ...others } = facts;
    if (this.#isJson) {
      const about = session === undefined ? {} : { session };
      return stderr.write(jsonLine({ time, level, msg: message, ...about, ...others }));
    }
    const words = sanitize(session === undefined ? message : `${session}: ${message}`);
    stderr.write(
      `${this.#isTerminal ? this.#painted(level, words) : `${time} ${level.padEnd(5)} ${words}`}\n`,
    );
  }

  #painted(level: string, words: string): string {
    const { stderrPalette: palette } = this.#parts;
    if (level === 'info') return words;
    if (level === 'error') return `wactl: ${palette.bad('error:')} ${words}`;
    return level === 'warn'
      ? `wactl: ${palette.busy('warning:')} ${words}`
      : palette.faint(`${level}: ${words}`);
  }
}

const logLevels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** What the other flags ask for. A reader of JSON events needs no lines that say the same. */
function usualLevel({ quiet, warns, verbose }: ServiceLogParts, { format }: ServiceLogOptions): LogLevel {
  if (!warns) return 'error';
  if (verbose) return 'debug';
  return quiet && format === undefined ? 'warn' : 'info';
}
