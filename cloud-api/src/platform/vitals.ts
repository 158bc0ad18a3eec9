import { timingSafeEqual } from "node:crypto";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Database, sql } from "./db.ts";
import { METRICS_CONTENT_TYPE, type MetricFamily, type Sample, writeFamily } from "./exposition.ts";
import type { JobCounts } from "./jobs.ts";
import { hashToken } from "./session.ts";

/** Who asks: a box, whoever has a browser or a key, or somebody who proved nothing. */
export type Caller = "box" | "staff" | "public";

export type Answered = { caller: Caller; status: number; milliseconds: number };

/** How this process is, for whoever runs it. */
export type Vitals = {
  /** Whoever spreads requests over processes is to lead them elsewhere from now on. */
  beginDrain: () => void;
  noteAsked: () => void;
  noteAnswered: (answered: Answered) => void;
  /** Why no request should be sent here; null: it may. */
  findFault: () => Promise<"draining" | "database" | null>;
  /** The counts of the worker's jobs, once there is a worker in this process. */
  countJobsBy: (count: () => Promise<JobCounts>) => void;
  /** The figures of this process, as Prometheus reads them. */
  write: () => Promise<string>;
  close: () => void;
};

/** A database that takes longer than this is none to send requests to. */
const PATIENCE_MILLISECONDS = 3000;
/** A page is to be there at once: 0.25 s is the bar of most figures, and a long poll takes up to 55 s. */
const BOUNDS_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];
const CALLERS: readonly Caller[] = ["box", "staff", "public"];
const NANOSECONDS = 1e9;

export function openVitals({ database }: { database: Database }): Vitals {
  const startedAt = Date.now() / 1000;
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const traffic = openTraffic();
  let isDraining = false;
  let countJobs: (() => Promise<JobCounts>) | null = null;
  const findFault = async () => {
    if (isDraining) return "draining";
    return (await answersInTime(database)) ? null : "database";
  };
  return {
    beginDrain: () => {
      isDraining = true;
    },
    noteAsked: traffic.noteAsked,
    noteAnswered: traffic.noteAnswered,
    findFault,
    countJobsBy: (count) => {
      countJobs = count;
    },
    write: async () => {
      const fault = await findFault();
      // Without its database it still tells how it is itself.
      const [work, jobs] =
        fault === "database" ? [null, null] : [await measureWork(database), await countJobs?.()];
      const delaySeconds = delay.percentile(99) / NANOSECONDS;
      delay.reset();
      const own = listOfProcess({ fault, startedAt, delaySeconds, database });
      return [...own, ...traffic.list(), ...listOfWork(work), ...listOfJobs(jobs ?? null)].join("");
    },
    close: () => void delay.disable(),
  };
}

async function answersInTime(database: Database): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), PATIENCE_MILLISECONDS);
  const asked = database.askDirectory(sql`select`).then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

type Work = { tenants: number; events: number };

async function measureWork(database: Database): Promise<Work | null> {
  const [work] = await database.askDirectory(sql<Work>`select * from directory.measure_work()`);
  return work ?? null;
}

const family = (name: string, help: string, type?: MetricFamily["type"]): MetricFamily => ({
  ...{ name: `foyer_cloud_${name}`, help },
  ...(type && { type }),
});
const one = (value: number): Sample[] => [{ value }];

function listOfProcess(options: {
  fault: string | null;
  startedAt: number;
  delaySeconds: number;
  database: Database;
}): string[] {
  const { fault, startedAt, delaySeconds, database } = options;
  const { user, system } = process.cpuUsage();
  const { open, idle, waiting } = database.countConnections();
  return [
    writeFamily(
      family("ready", "1 while requests may be sent to this process."),
      one(fault === null ? 1 : 0),
    ),
    writeFamily(
      family("start_time_seconds", "When this process started, in Unix time."),
      one(startedAt),
    ),
    writeFamily(
      family("processor_seconds_total", "Processor time of this process.", "counter"),
      one((user + system) / 1e6),
    ),
    writeFamily(
      family("memory_bytes", "Resident memory of this process."),
      one(process.memoryUsage.rss()),
    ),
    writeFamily(
      family("event_loop_delay_seconds", "How late the event loop was, p99 since last asked."),
      one(delaySeconds),
    ),
    writeFamily(family("database_connections", "Connections to the database, by state."), [
      { labels: { state: "busy" }, value: open - idle },
      { labels: { state: "idle" }, value: idle },
    ]),
    writeFamily(
      family("database_waiting", "Who waits for a connection to the database."),
      one(waiting),
    ),
  ];
}

/** Counts what was asked of this process, and how long it took. */
function openTraffic() {
  let open = 0;
  const answers = new Map<string, number>();
  const times = new Map<Caller, { sum: number; count: number; within: number[] }>();
  return {
    noteAsked: () => {
      open += 1;
    },
    noteAnswered: ({ caller, status, milliseconds }: Answered) => {
      open -= 1;
      const key = `${caller} ${Math.floor(status / 100)}xx`;
      answers.set(key, (answers.get(key) ?? 0) + 1);
      const seconds = milliseconds / 1000;
      const time = times.get(caller) ?? { sum: 0, count: 0, within: BOUNDS_SECONDS.map(() => 0) };
      times.set(caller, time);
      time.sum += seconds;
      time.count += 1;
      for (const [at, bound] of BOUNDS_SECONDS.entries())
        if (seconds <= bound) time.within[at] = (time.within[at] ?? 0) + 1;
    },
    list: () => [
      writeFamily(family("requests_open", "Requests that are being answered."), one(open)),
      writeFamily(
        family("requests_total", "Answered requests, by who asked and how it ended.", "counter"),
        [...answers].map(([key, value]) => {
          const [caller = "", status = ""] = key.split(" ");
          return { labels: { caller, status }, value };
        }),
      ),
      writeFamily(
        family(
          "request_seconds",
          "How long answers took; a box may wait for news for a minute.",
          "histogram",
        ),
        CALLERS.flatMap((caller) => listOfTimes(caller, times.get(caller))),
      ),
    ],
  };
}

function listOfTimes(
  caller: Caller,
  time: { sum: number; count: number; within: number[] } | undefined,
): Sample[] {
  const buckets = BOUNDS_SECONDS.map((bound, at) => ({
    ...{ labels: { caller, le: String(bound) }, suffix: "_bucket" },
    value: time?.within[at] ?? 0,
  }));
  return [
    ...buckets,
    { labels: { caller, le: "+Inf" }, suffix: "_bucket", value: time?.count ?? 0 },
    { labels: { caller }, suffix: "_sum", value: time?.sum ?? 0 },
    { labels: { caller }, suffix: "_count", value: time?.count ?? 0 },
  ];
}

function listOfWork(work: Work | null): string[] {
  if (!work) return [];
  return [
    writeFamily(
      family("tenants_behind", "Tenants with events that some feature has not followed."),
      one(work.tenants),
    ),
    writeFamily(
      family("events_behind", "How many events they are, to the feature that is furthest behind."),
      one(work.events),
    ),
  ];
}

function listOfJobs(jobs: JobCounts | null): string[] {
  if (!jobs) return [];
  return [
    writeFamily(family("jobs", "Jobs in the queue, by state; those given up stay."), [
      { labels: { state: "due" }, value: jobs.due },
      { labels: { state: "later" }, value: jobs.later },
      { labels: { state: "at-work" }, value: jobs.atWork },
      { labels: { state: "given-up" }, value: jobs.givenUp },
    ]),
    writeFamily(
      family("jobs_oldest_due_seconds", "For how long the oldest due job has waited."),
      one(jobs.oldestDueSeconds),
    ),
  ];
}

/** Whether a caller holds the token by which figures are told, and nobody can time how nearly. */
export function holdsToken(authorization: string | undefined, token: string): boolean {
  const [, given = ""] = /^Bearer (\S+)$/.exec(authorization ?? "") ?? [];
  return timingSafeEqual(hashToken(given), hashToken(token));
}

export type VitalsAnswer = { status: number; type: string; body: string };

const JSON_TYPE = "application/json; charset=utf-8";
const toJson = (status: number, body: object): VitalsAnswer => ({
  ...{ status, type: JSON_TYPE, body: `${JSON.stringify(body)}\n` },
});

/** That this process lives, whatever else is wrong: who asks ends it if it does not answer. */
export const answerHealth = (): VitalsAnswer => toJson(200, { alive: true });

/** Whether requests may be sent to this process. */
export async function answerReady({ findFault }: Vitals): Promise<VitalsAnswer> {
  const reason = await findFault();
  return reason === null ? toJson(200, { ready: true }) : toJson(503, { ready: false, reason });
}

export async function answerMetrics({ write }: Vitals): Promise<VitalsAnswer> {
  return { status: 200, type: METRICS_CONTENT_TYPE, body: await write() };
}
