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

  @Integer({
    about:
      'How long a process still uses Redis when PostgreSQL is gone: nobody is there to connect to. Then, or when it is 0, ' +
      'everything is refused until PostgreSQL is back; writes are refused at once.',
    unit: 'milliseconds',
    min: 0,
    max: 60_000,
    default: 10_000,
  })
  databaseGraceMs: number;
}
