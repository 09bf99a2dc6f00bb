import { LISTEN_HOST } from '../listen-host.js';
import { Section } from '../setting.js';
import { Integer, Text } from '../setting-kinds.js';

@Section(
  'OPS',
  'Where metrics and documentation are served in production, apart from the public; elsewhere on HTTP__PORT',
)
export class OpsSettings {
  @Text({ about: 'Address to listen on; never one that the public reaches.', ...LISTEN_HOST })
  host: string;

  @Integer({ about: 'Port to listen on; 0 = any free one.', min: 0, max: 65535, default: 9090 })
  port: number;
}
