import type { MessageChannel } from "@foyer/contract";
import type { Condition, Tree, VisitFilter } from "./schema.ts";

/** How deep groups of conditions stand in each other; the outermost is the first. */
export const TREE_DEPTH_MAX = 4;
/** Conditions and groups of one segment, without those of the segments it names. */
export const TREE_NODES_MAX = 50;
/** With those of every segment it names, and that these name: what one statement is made of. */
export const ALL_NODES_MAX = 300;
/** How many segments name each other in a row. */
export const SEGMENTS_DEEP_MAX = 5;
export const SEGMENTS_MAX = 100;
export const SEGMENT_NAME_LENGTH_MAX = 80;
/** What one condition may list. */
export const CHOICES_MAX = 50;
/** What a device runs and what it is, as browsers say: DEVICE_SYSTEMS and DEVICE_FORMS of the contract. */
export const SYSTEMS = [
  ...(["ios", "android", "windows", "macos", "linux", "chromeos", "other"] as const),
] as const;
export const FORMS = ["phone", "tablet", "computer", "other"] as const;
/** A hundred years to either side. */
export const DAYS_FROM_TODAY_MAX = 36_500;
/** How many customers are shown of those in a segment. */
export const SAMPLE_MAX = 10;

const UNIT_MS = { hour: 3_600_000, day: 86_400_000 } as const;

/** The moment this long ago. A day is 24 hours: what is relative has no calendar. */
export function findMomentAgo(
  now: Date,
  { amount, unit }: { amount: number; unit: "hour" | "day" },
): Date {
  return new Date(now.getTime() - amount * UNIT_MS[unit]);
}

/** Minutes since midnight of a time HH:MM. */
export function readMinutes(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** The channel of messages that a condition asks about; null: any, or the purpose has none. */
export function askedChannel(condition: {
  purpose: string;
  channel?: MessageChannel | undefined;
}): MessageChannel | null {
  return condition.purpose === "marketing" ? (condition.channel ?? null) : null;
}
/** A date with a year, as fields have it; what PostgreSQL compares as text just as well. */
export const DATE_PATTERN = "^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";

const DAY = new RegExp(DATE_PATTERN);
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

/**
 * Whoever made such a visit, once or more often: what a link from a list of a report begins with. Null: it asks
 * for none.
 */
export function startOfVisits(
  asked: URLSearchParams,
  { branchKinds }: { branchKinds: NonNullable<Readonly<VisitFilter["branchKinds"]>> },
): Tree | null {
  const listOf = (name: string) => [...new Set(asked.get(name)?.split(",") ?? [])];
  const idsOf = (name: string) => listOf(name).filter((id) => ID.test(id));
  const dayOf = (name: string) => listOf(name).find((day) => DAY.test(day)) ?? null;
  /** A part that says nothing is left out. */
  const some = <Word>(name: string, words: Word[]) => (words.length > 0 ? { [name]: words } : {});
  const choose = <Word extends string | number>(name: string, words: readonly Word[]) =>
    some(
      name,
      words.filter((word) => listOf(name).includes(String(word))),
    );
  const visits: VisitFilter = {
    ...some("branchIds", idsOf("branchIds")),
    ...some("brandIds", idsOf("brandIds")),
    ...{ ...choose("branchKinds", branchKinds), ...choose("weekdays", WEEKDAYS) },
    ...{ ...choose("forms", FORMS), ...choose("systems", SYSTEMS) },
  };
  const [from, to] = [dayOf("from"), dayOf("to")];
  const when = from || to ? { when: { is: "days", from, to } as const } : {};
  const came: Condition = { kind: "visit-count", count: { min: 1 }, visits, ...when };
  const isOfVisits = Object.keys({ ...visits, ...when }).length > 0;
  const of = [
    ...(isOfVisits ? [came] : []),
    ...idsOf("segmentId").map((id): Condition => ({ kind: "segment", id, member: true })),
    ...(["tag", "group"] as const).flatMap((mark) =>
      idsOf(`${mark}Id`).map((id): Condition => ({ kind: "mark", mark, has: "any", ids: [id] })),
    ),
  ];
  return of.length > 0 ? { kind: "all", of } : null;
}
