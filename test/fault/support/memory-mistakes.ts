import { MemoryCopies } from '../../../libs/coherence/src/memory-copies.js';
import { PostgresListener } from '../../../libs/coherence/src/postgres-listener.js';
import { replaceIn } from '../../support/replace-in.js';

/** Each reads on after "finds that"; makes the mistake, and answers how that is undone. */
export const MEMORY_MISTAKES: Record<string, () => () => void> = {
  'memory is served without the lease': () =>
    replaceIn<PostgresListener>(PostgresListener, 'isLeased', function () {
      return this.isListening;
    }),
  'a load is kept during which its key was announced': () => replaceIn(MemoryCopies, 'end', () => true),
  'what was kept stays when the connection was lost': () => replaceIn(MemoryCopies, 'clear', () => undefined),
};
