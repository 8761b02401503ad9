import { timeAgo } from './time-words.ts';
import type { VersionSource } from './engine.ts';

/** Where a version of WhatsApp Web comes from, and how old that is: "looked up 3 hours ago". */
export function originWords(source: VersionSource, fetchedAt: Date | null, now: Date): string {
  switch (source) {
    case 'set':
      return 'from the settings';
    case 'bundled':
      return 'built into wactl';
    case 'program':
      return 'chosen by the program';
    case 'fetched':
      return fetchedAt ? `looked up ${timeAgo(fetchedAt, now)}` : 'looked up some time ago';
  }
}
