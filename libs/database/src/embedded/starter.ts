import { waitFor } from '../wait.js';
import { type Binaries } from './binaries.js';
import { type Cluster } from './cluster.js';
import { EmbeddedPostgresFailed } from './embedded.errors.js';
import { type Holder, takeHold } from './holder.js';
import { findPostmaster, forgetRecycledPostmaster, type Postmaster } from './postmaster.js';
import { type ServerProcess, spawnServer, stopServer } from './server.js';

const START_LIMIT_MS = 60_000;

// Somebody was quicker with the port, or with the cluster: look again.
const LOST_RACE = /could not create any TCP\/IP sockets|lock file "postmaster\.pid"/;

export interface Running extends Holder {
  pid: number;
  /** PostgreSQL's own files. */
  data: string;
}

/**
 * Leads to a server on the cluster that this process holds, from any state: none runs, one of a dead process is still
 * there (it is taken over), one is starting or stopping (it is waited for), or several processes start at once (one
 * wins, the others are told that the directory is in use).
 */
export async function startServer(cluster: Cluster, binaries: Binaries, durable: boolean): Promise<Running> {
  let own: ServerProcess | undefined;
  let seen: Postmaster | undefined;

  const step = async (): Promise<Running | undefined> => {
    seen = findPostmaster(cluster.data);
    if (seen?.status === 'ready') return holdOf(cluster, seen, own);
    if (!seen && (!own || own.hasEnded())) own = await spawnNext(own, cluster, binaries, durable);
    return undefined;
  };

  try {
    return await waitFor(step, START_LIMIT_MS, () => tooLate(seen, own));
  } catch (error) {
    if (own?.child.pid && !own.hasEnded()) await stopServer(own.child.pid, binaries);
    throw error;
  }
}

async function holdOf(cluster: Cluster, postmaster: Postmaster, own?: ServerProcess): Promise<Running | undefined> {
  const holder = await takeHold(cluster, postmaster, own?.child.pid);
  return holder && { ...holder, pid: postmaster.pid, data: cluster.data };
}

async function spawnNext(previous: ServerProcess | undefined, cluster: Cluster, binaries: Binaries, durable: boolean) {
  if (previous && !LOST_RACE.test(previous.output())) throw new EmbeddedPostgresFailed(previous.output());
  forgetRecycledPostmaster(cluster.data);
  return spawnServer(cluster, binaries, durable);
}

function tooLate(seen: Postmaster | undefined, own: ServerProcess | undefined): Error {
  const state = seen ? `its process ${seen.pid} is still ${seen.status}` : 'its process did not come up';
  return new EmbeddedPostgresFailed(`${state} after ${START_LIMIT_MS / 1000} s. ${own?.output() ?? ''}`);
}
