import { describeBatches } from './contract/batches.contract.js';
import { type MakeCache } from './contract/cache-under-test.contract.js';
import { describeCopies } from './contract/copies.contract.js';
import { describeFree } from './contract/free.contract.js';
import { describeInterleavings, type Interleavings } from './contract/interleavings.contract.js';
import { describeNamespaces } from './contract/namespaces.contract.js';
import { describePatterns } from './contract/patterns.contract.js';
import { describeRaces } from './contract/races.contract.js';
import { describeReads } from './contract/reads.contract.js';
import { describeStaleness } from './contract/staleness.contract.js';
import { describeStatistics } from './contract/statistics.contract.js';
import { describeTags } from './contract/tags.contract.js';
import { describeValues } from './contract/values.contract.js';

/** What every `CacheService` promises, one test for each promise. */
export function describeCacheService(name: string, make: MakeCache, interleavings: Interleavings = {}): void {
  describe(`${name} as a CacheService`, () => {
    describeReads(make);
    describeValues(make);
    describeStaleness(make);
    describeBatches(make);
    describeTags(make);
    describePatterns(make);
    describeFree(make);
    describeStatistics(make);
    describeCopies(make);
    describeNamespaces(make);
    describeRaces(make);
    describeInterleavings(make, interleavings);
  });
}
