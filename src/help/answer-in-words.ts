import { topics } from './topics.ts';

/** What answers words that call no command: `help TOPIC`, and `version`. */
export function answerInWords([word, ...rest]: readonly string[], version: string): string | undefined {
  const [topic = '', ...more] = rest;
  if (word === 'version' && rest.length === 0) return version;
  if (word !== 'help' || more.length > 0 || !Object.hasOwn(topics, topic)) return undefined;
  return topics[topic]?.text;
}
