import { isIP } from 'node:net';

/** The text itself if it is an IP address or a CIDR range, which must not be everything (`/0`). */
export function readNetworkRange(text: string): string | undefined {
  const [address = '', bits = '1', ...rest] = text.split('/');
  const longest = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  const fits = /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= longest;
  return fits && rest.length === 0 ? text : undefined;
}
