import type { BranchStore, Transaction } from "@foyer/branch-store";

/** One request's part of the next commit. */
export type Job<T> = {
  work: (tx: Transaction) => T;
  /** Called after the commit, when what `work` wrote is safe. */
  done: (result: T) => void;
  /** Called when nothing of it was kept. */
  failed: (error: unknown) => void;
};

export type GroupCommit = {
  /** Takes a job into this event-loop turn's commit. False: too many wait already. */
  enqueue: <T>(job: Job<T>) => boolean;
  /** Commits all that waits, now. */
  flushAll: () => void;
};

/** A transaction holds the store's write lock: keep it short for the portal. */
const JOBS_PER_COMMIT_MAX = 256;
/** What may wait; beyond it the newest is turned away, and its NAS asks again. */
const JOBS_WAITING_MAX = 4096;

/**
 * Gathers the requests of one event-loop turn into one durable transaction: a commit costs a disk
 * flush, whatever it holds.
 */
export function createGroupCommit(store: BranchStore): GroupCommit {
  let waiting: Job<unknown>[] = [];
  let isScheduled = false;
  const schedule = () => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(flush);
  };
  const flush = () => {
    isScheduled = false;
    const jobs = waiting;
    waiting = jobs.splice(JOBS_PER_COMMIT_MAX);
    if (waiting.length > 0) schedule();
    if (jobs.length > 0) commit(store, jobs);
  };
  return {
    enqueue: (job) => {
      if (waiting.length >= JOBS_WAITING_MAX) return false;
      waiting.push(job as Job<unknown>);
      schedule();
      return true;
    },
    flushAll: () => {
      while (waiting.length > 0) flush();
    },
  };
}

function commit(store: BranchStore, jobs: readonly Job<unknown>[]): void {
  let results: unknown[];
  try {
    results = store.transaction((tx) => jobs.map((job) => job.work(tx)));
  } catch (error) {
    // One job's fault must not cost the others theirs; a store that fails, fails all of them.
    if (jobs.length > 1 && !isStoreFailure(error)) for (const job of jobs) commit(store, [job]);
    else for (const job of jobs) job.failed(error);
    return;
  }
  jobs.forEach((job, index) => {
    job.done(results[index]);
  });
}

/** SQLite's own trouble (busy, full, read-only, I/O); a broken constraint is one job's fault. */
export function isStoreFailure(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return (
    typeof code === "string" && code.startsWith("SQLITE_") && !code.startsWith("SQLITE_CONSTRAINT")
  );
}
