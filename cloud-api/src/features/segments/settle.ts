import type { TenantTransaction } from "../../platform/db.ts";
import type { EventHandlers, LogEvent, NewEvent } from "../../platform/events.ts";
import { enqueue } from "../../platform/jobs.ts";
import { beginJudging } from "./judging-queries.ts";
import { type Definitions, judgeCustomers, listReading, readDefinitions } from "./membership.ts";
import { listForgotten, listOwners, lockMembers, noteZones } from "./membership-queries.ts";
import { readTouches, TOUCHING_TYPES, type Touch, type Touched } from "./touches.ts";

export const JUDGE_TASK = "segments.judge";
/** The features whose rows segments read, and their own. */
export const SOURCES = [
  "branches",
  "customers",
  "marks",
  "visits",
  "surveys",
  "scores",
  "segments",
];

const REPAIRS = ["replay.begun", "event.retried"];
const ZONES = "branch.changed";

/** Events that are only settled: nothing is kept of them but who is in which segment. */
export const settledTypes: EventHandlers = Object.fromEntries(
  [...TOUCHING_TYPES, ...REPAIRS, ZONES].map((type) => [type, async () => []]),
);

/** After the handlers have seen some events: whoever they touched is judged by the segments they touch. */
export async function settleSegments(
  tx: TenantTransaction,
  events: readonly LogEvent[],
): Promise<NewEvent[]> {
  // What a replay reads again was settled, and what it makes anew is not whole yet.
  if (tx.replaying) return [];
  const alarm = await lockMembers(tx);
  const definitions = await readDefinitions(tx);
  if (definitions.segments.length === 0) return [];
  const { touches, stale } = readTouches(events);
  await judgeStale(tx, { definitions, stale, events });
  const touched = await listTouched(tx, { definitions, touches, events });
  const wanted = [...touched].map(([customerId, what]) => ({
    customerId,
    segments: listReading(definitions, what),
  }));
  return judgeCustomers(tx, { definitions, wanted, cause: "event", alarm });
}

type Settling = { definitions: Definitions; events: readonly LogEvent[] };

/** What has changed for everybody: the segments that read it are judged anew in the background. */
async function judgeStale(
  tx: TenantTransaction,
  { definitions, stale, events }: Settling & { stale: readonly string[] },
): Promise<void> {
  const what: string[] = [...stale];
  const isRepaired = events.some(
    ({ type, payload }) => REPAIRS.includes(type) && SOURCES.includes(String(payload.feature)),
  );
  if (events.some(({ type }) => type === ZONES) && (await noteZones(tx)).changed > 0)
    what.push("calendar");
  const segments = listReading(definitions, isRepaired ? null : what);
  await beginJudging(
    tx,
    segments.map(({ id }) => id),
  );
  // Also of a judging that nobody goes on with: a release that brings it begins so.
  if (segments.length > 0 || definitions.doneTo.size > 0) await wakeJudging(tx);
}

function wakeJudging(tx: TenantTransaction): Promise<void> {
  return enqueue(tx, { task: JUDGE_TASK, payload: {}, key: "judge" });
}

/** Has everybody judged by segments whose definition, or whose ground, has changed. */
export async function judgeAnew(
  tx: TenantTransaction,
  segmentIds: readonly string[],
): Promise<void> {
  if (segmentIds.length === 0) return;
  await beginJudging(tx, segmentIds);
  await wakeJudging(tx);
}

async function listTouched(
  tx: TenantTransaction,
  { definitions, touches, events }: Settling & { touches: readonly Touch[] },
): Promise<Map<string, Touched>> {
  const read = new Set(
    [...definitions.readings.values()].flatMap(({ dependencies }) => [...dependencies]),
  );
  const asked = touches.filter(({ what }) => what === null || what.some((each) => read.has(each)));
  const elsewhere = asked.map(({ who }) => who).filter(({ kind }) => kind !== "customer");
  const owners =
    elsewhere.length > 0 ? await listOwners(tx, elsewhere) : new Map<string, string[]>();
  const touched = new Map<string, Touched>();
  for (const { who, what } of asked) {
    const whose = who.kind === "customer" ? [who.id] : owners.get(`${who.kind} ${who.id}`);
    for (const customerId of whose ?? []) {
      const before = touched.get(customerId);
      const isAll = what === null || before === null;
      touched.set(customerId, isAll ? null : [...new Set([...(before ?? []), ...what])]);
    }
  }
  const [from, to] = [events[0]?.position ?? 0, events.at(-1)?.position ?? 0];
  for (const id of await listForgotten(tx, { from, to })) touched.set(id, null);
  return touched;
}
