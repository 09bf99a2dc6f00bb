import { Section } from '../setting.js';
import { Integer } from '../setting-kinds.js';

@Section('COHERENCE', 'How copies in Redis stay true when Redis fails')
export class CoherenceSettings {
  @Integer({
    about:
      'How long a process trusts Redis without having asked PostgreSQL again. The first write in an outage waits for ' +
      'as long; all processes use the largest that any was given.',
    unit: 'milliseconds',
    min: 200,
    max: 10_000,
    default: 1000,
  })
  fenceLeaseMs: number;

  @Integer({
    about: 'How long a write that cannot reach Redis waits for another process that can, before Redis is given up.',
    unit: 'milliseconds',
    min: 50,
    max: 5000,
    default: 250,
  })
  handoverMs: number;
}
