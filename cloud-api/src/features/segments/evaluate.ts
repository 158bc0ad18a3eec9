import { fitsField } from "./judge-field.ts";
import { type LocalTime, readClock } from "./local-time.ts";
import { askedChannel, findMomentAgo, readMinutes } from "./rules.ts";
import type {
  Condition,
  CountRange,
  Judgement,
  Seen,
  TreeNode,
  VisitFilter,
  When,
} from "./schema.ts";
import type { Trees } from "./tree.ts";

/** Something that was at a branch, whose clock tells its day. */
export type Moment = { at: Date; branchId: string; timeZone: string };
export type VisitFact = Moment & {
  /** Of the branch, today. */
  brandId: string | null;
  branchKind: string | null;
  /** What its device runs, and is, as its browser said last. */
  system: string | null;
  form: string | null;
  source: string | null;
  endedAt: Date | null;
};
export type EventFact = Moment & { event: string; detail: string | null };
/** `path`: the mark itself and, of a group, those it stands in. */
export type MarkFact = { id: string; kind: string; path: readonly string[] };
/** The points of each part: as they were counted last, once a day and at each visit. */
export type ScoreFact = { length: number; recency: number; frequency: number; total: number };
/** `channel`: of messages; null, of every other purpose. */
export type ConsentFact = {
  purpose: string;
  channel: string | null;
  given: boolean;
  at: Date;
};

/** Everything that segments ask about one customer. */
export type Facts = {
  /** Those of every customer that segments ask for, and own fields; what is not known is not there. */
  fields: ReadonlyMap<string, string>;
  joined: Moment;
  marks: readonly MarkFact[];
  /** From the first on. */
  visits: readonly VisitFact[];
  events: readonly EventFact[];
  /** Null: they have none. */
  score: ScoreFact | null;
  /** The last word on each purpose, of messages on each channel. */
  consents: readonly ConsentFact[];
};

export type Asked = { facts: Facts; now: Date; trees: Trees };

/**
 * Judges one customer by a tree, and says what was seen at each condition. It says the same as the
 * statement that `compile-queries.ts` makes of the tree: a test holds both equal.
 */
export function judge(node: TreeNode, asked: Asked): Judgement {
  if (!("of" in node)) return judgeCondition(node, asked);
  const of = node.of.map((each) => judge(each, asked));
  const holds = {
    all: () => of.every((each) => each.holds),
    any: () => of.some((each) => each.holds),
    none: () => !of.some((each) => each.holds),
  }[node.kind]();
  return { holds, of };
}

export function judgeCondition(condition: Condition, asked: Asked): Judgement {
  const { facts, now } = asked;
  switch (condition.kind) {
    case "field":
      return judgeField(condition, asked);
    case "joined":
      return { holds: fits(facts.joined, condition, now), seen: seeMoment(facts.joined) };
    case "mark":
      return judgeMarks(condition, asked);
    case "visit-count":
    case "event": {
      const { when, count } = condition;
      const found = listCounted(condition, facts);
      return judgeCount(
        when ? found.filter((each) => isWhen(each, when, now)).length : found.length,
        count,
      );
    }
    case "visit-time": {
      const visit = findVisit(condition, facts);
      if (!visit) return { holds: false, seen: { is: "nothing" } };
      return { holds: isWhen(visit, condition.when, now), seen: seeMoment(visit) };
    }
    case "visit-length":
      return judgeLength(condition, asked);
    case "score":
      return facts.score === null
        ? { holds: false, seen: { is: "nothing" } }
        : judgePoints(facts.score[condition.part], condition.points);
    case "consent":
      return judgeConsent(condition, asked);
    case "segment":
      return judgeSegment(condition, asked);
  }
}

export type Of<Kind extends Condition["kind"]> = Extract<Condition, { kind: Kind }>;

/** What a condition counts, whenever it was. */
export function listCounted(
  condition: Of<"visit-count" | "event">,
  facts: Facts,
): readonly Moment[] {
  if (condition.kind === "visit-count") return listVisits(condition.visits, facts);
  const { event, detail, branchIds } = condition;
  return facts.events.filter(
    (each) =>
      each.event === event &&
      (detail === undefined || each.detail === detail) &&
      (!branchIds || branchIds.includes(each.branchId)),
  );
}

function listVisits(filter: VisitFilter, { visits }: Facts): readonly VisitFact[] {
  return visits.filter((visit) => fitsVisit(visit, filter));
}

/** Those of the visits meant that ended, and so have a length. */
export function listEnded({ visits }: Of<"visit-length">, facts: Facts): readonly VisitFact[] {
  return listVisits(visits, facts).filter(({ endedAt }) => endedAt !== null);
}

const MINUTE_MS = 60_000;

/** Compared in whole milliseconds, as the statement does: a mean is left as its sum and its count. */
function judgeLength(condition: Of<"visit-length">, { facts, now }: Asked): Judgement {
  const { which, when, minutes } = condition;
  const ended = listEnded(condition, facts).filter((each) => !when || isWhen(each, when, now));
  if (ended.length === 0) return { holds: false, seen: { is: "nothing" } };
  const lengths = ended.map(({ at, endedAt }) => (endedAt ?? at).getTime() - at.getTime());
  const sum = lengths.reduce((total, each) => total + each, 0);
  const length = which === "longest" ? Math.max(...lengths) : sum;
  const count = which === "average" ? lengths.length : 1;
  const { min = 0, max = Number.POSITIVE_INFINITY } = minutes;
  const holds = length >= min * MINUTE_MS * count && length < max * MINUTE_MS * count;
  const seen = Math.floor(length / count / MINUTE_MS);
  return { holds, seen: { is: "minutes", minutes: seen } };
}

/** The first or the last of the visits that are meant. */
export function findVisit(
  { which, visits }: Of<"visit-time">,
  facts: Facts,
): VisitFact | undefined {
  const found = listVisits(visits, facts);
  return which === "first" ? found[0] : found.at(-1);
}

function judgeField({ field, test }: Of<"field">, { facts, now }: Asked): Judgement {
  const value = facts.fields.get(field) ?? null;
  const holds = fitsField(value, { test, now, timeZone: facts.joined.timeZone });
  return { holds, seen: value === null ? { is: "nothing" } : { is: "text", text: value } };
}

function judgeMarks({ mark, has, ids }: Of<"mark">, { facts }: Asked): Judgement {
  const marks = facts.marks.filter((each) => each.kind === mark);
  const held = new Set(marks.flatMap(({ path }) => path));
  const holds = {
    any: () => ids.some((id) => held.has(id)),
    all: () => ids.every((id) => held.has(id)),
    none: () => !ids.some((id) => held.has(id)),
  }[has]();
  return { holds, seen: { is: "marks", ids: marks.map(({ id }) => id) } };
}

/** Asked about messages without a channel, one that is given will do. */
function judgeConsent(condition: Of<"consent">, { facts }: Asked): Judgement {
  const { purpose, state } = condition;
  const channel = askedChannel(condition);
  const words = facts.consents
    .filter((each) => each.purpose === purpose && (channel === null || each.channel === channel))
    .toSorted((one, other) => other.at.getTime() - one.at.getTime());
  const last = words.find(({ given }) => given) ?? words[0];
  if (!last) return { holds: state === "never", seen: { is: "nothing" } };
  const { given, at } = last;
  const holds = state === (given ? "given" : "withdrawn");
  return { holds, seen: { is: "consent", given, at: at.toISOString() } };
}

function judgeSegment({ id, member }: Of<"segment">, asked: Asked): Judgement {
  const tree = asked.trees.get(id);
  if (!tree) throw new Error(`Segment ${id} is named and is not there.`);
  const inner = judge(tree, asked);
  return { holds: inner.holds === member, of: [inner] };
}

function judgeCount(count: number, { min, max }: CountRange): Judgement {
  const holds = count >= (min ?? 0) && count <= (max ?? Number.POSITIVE_INFINITY);
  return { holds, seen: { is: "count", count } };
}

function judgePoints(points: number, range: CountRange): Judgement {
  return { holds: judgeCount(points, range).holds, seen: { is: "points", points } };
}

function seeMoment({ at, branchId }: Moment): Seen {
  return { is: "time", at: at.toISOString(), branchId };
}

type Place = { branchIds?: readonly string[] | undefined; when?: When | undefined };

function fits(moment: Moment, { branchIds, when }: Place, now: Date): boolean {
  if (branchIds && !branchIds.includes(moment.branchId)) return false;
  return when === undefined || isWhen(moment, when, now);
}

/** A moment after now, told by a clock that is ahead, is within no time past. */
function isWhen(moment: Moment, when: When, now: Date): boolean {
  const { at } = moment;
  if (when.is === "within") return at > findMomentAgo(now, when) && at <= now;
  if (when.is === "before") return at <= findMomentAgo(now, when);
  const { day } = clockOf(moment);
  return (when.from === null || day >= when.from) && (when.to === null || day <= when.to);
}

function fitsVisit(visit: VisitFact, filter: VisitFilter): boolean {
  const { source, weekdays, hours, minutesMin, minutesMax } = filter;
  if (!isAtOne(visit, filter) || !isOnOne(visit, filter)) return false;
  if (source !== undefined && visit.source !== source) return false;
  if (minutesMin !== undefined || minutesMax !== undefined) {
    if (visit.endedAt === null) return false;
    const minutes = (visit.endedAt.getTime() - visit.at.getTime()) / 60_000;
    if (minutes < (minutesMin ?? 0) || minutes >= (minutesMax ?? Number.POSITIVE_INFINITY))
      return false;
  }
  if (!weekdays && !hours) return true;
  const clock = clockOf(visit);
  if (weekdays && !weekdays.includes(clock.weekday)) return false;
  if (!hours) return true;
  const [from, to] = [readMinutes(hours.from), readMinutes(hours.to)];
  return from < to
    ? clock.minutes >= from && clock.minutes < to
    : clock.minutes >= from || clock.minutes < to;
}

function isAtOne(
  { branchId, brandId, branchKind }: VisitFact,
  { branchIds, brandIds, branchKinds }: VisitFilter,
): boolean {
  if (branchIds && !branchIds.includes(branchId)) return false;
  if (brandIds && !brandIds.includes(brandId ?? "")) return false;
  return !branchKinds || branchKinds.some((kind) => kind === branchKind);
}

function isOnOne({ system, form }: VisitFact, { systems, forms }: VisitFilter): boolean {
  if (systems && !systems.some((each) => each === system)) return false;
  return !forms || forms.some((each) => each === form);
}

const clocks = new WeakMap<Moment, LocalTime>();

/** A moment is asked by many segments, and asking a calendar is dear. */
function clockOf(moment: Moment): LocalTime {
  let clock = clocks.get(moment);
  if (!clock) {
    clock = readClock(moment.at, moment.timeZone);
    clocks.set(moment, clock);
  }
  return clock;
}
