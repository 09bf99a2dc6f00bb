import type { CopyKey } from '#redis';
import type { Announced } from './invalidation-channel.js';

/** PostgreSQL takes a notification of less than 8,000 bytes. */
const LONGEST_BYTES = 7_000;
/** More than these are announced as `all`: to be heard they would take longer than to be loaded. */
const MOST_KEYS = 1_000;
const ALL = '*';
const SEPARATOR = '\n';

/** The keys as notifications, each of a size that PostgreSQL takes. No key holds a line break. */
export function writeAnnouncements(what: Announced): string[] {
  const different = new Set(what === 'all' ? [] : what);
  if (what === 'all' || different.size > MOST_KEYS) return [ALL];
  const notifications: string[] = [];
  let lines: string[] = [];
  let bytes = 0;
  for (const key of different) {
    const more = Buffer.byteLength(key) + SEPARATOR.length;
    if (bytes + more > LONGEST_BYTES) {
      notifications.push(lines.join(SEPARATOR));
      [lines, bytes] = [[], 0];
    }
    lines.push(key);
    bytes += more;
  }
  return lines.length > 0 ? [...notifications, lines.join(SEPARATOR)] : notifications;
}

export function readAnnouncement(notification: string): Announced {
  return notification === ALL ? 'all' : (notification.split(SEPARATOR) as CopyKey[]);
}
