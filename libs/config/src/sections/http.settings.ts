import { LISTEN_HOST } from '../listen-host.js';
import { readNetworkRange } from '../network-range.js';
import { Section } from '../setting.js';
import { Integer, List, Text } from '../setting-kinds.js';

@Section('HTTP', 'Where the server listens and how it is reached')
export class HttpSettings {
  @Text({ about: 'Address to listen on; 0.0.0.0 or :: = every address of the machine.', ...LISTEN_HOST })
  host: string;

  @Integer({ about: 'Port to listen on; 0 = any free one.', min: 0, max: 65535, default: 3000 })
  port: number;

  /** An origin such as `https://id.example.org`; null = where the server turns out to listen. */
  @Text({
    about: 'Where clients reach the server; empty = http:// with the host and the port above.',
    expected: 'an http or https URL without user, path, query and fragment',
    read: readOrigin,
  })
  publicUrl: string | null;

  @List({
    about: 'Proxies whose X-Forwarded-For (and -Proto, -Host) is believed; empty = none.',
    expected: 'IP addresses or CIDR ranges (not /0), separated by commas',
    item: readNetworkRange,
  })
  trustedProxies: readonly string[];
}

function readOrigin(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/` ? url.origin : undefined;
}
