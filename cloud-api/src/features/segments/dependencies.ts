import type { Condition, FieldTest, Tree } from "./schema.ts";
import { listConditions, type Trees } from "./tree.ts";

/**
 * What a condition reads, as words that events are told apart by: `field.name`, `field.own.size`,
 * `joined`, `mark.group`, `mark.tag.<id>`, `mark.tier`, `visits`, `visit-details` (how and how long),
 * `devices` (what they are and run),
 * `event.guest.connected`, `consent.marketing`, `calendar` (the clocks of branches), `brands` (whose
 * they are), `branch-kinds` (what sort of places).
 */
export type Dependency = string;

/** What has to be known of a customer to judge them. */
export type Need = "told-fields" | "scores" | "marks" | "visits" | "events" | "consents";

export type Reading = {
  dependencies: ReadonlySet<Dependency>;
  needs: ReadonlySet<Need>;
  /** Whether its answer may change by time passing alone. */
  isTimed: boolean;
  /** Every segment it names, near and far. */
  named: ReadonlySet<string>;
};

/** What a tree reads, with all that the segments read which it names. */
export function readDependencies(tree: Tree, trees: Trees): Reading {
  const reading = {
    ...{ dependencies: new Set<Dependency>(), needs: new Set<Need>() },
    ...{ isTimed: false, named: new Set<string>() },
  };
  addTree(reading, tree, trees);
  return reading;
}

/** A segment and all that name it, near and far. */
export function listFollowing(id: string, trees: Trees): string[] {
  return [...trees].flatMap(([each, tree]) =>
    each === id || readDependencies(tree, trees).named.has(id) ? [each] : [],
  );
}

const TAG = "mark.tag.";

/** Which tags each segment reads, by the segments' ids. */
export function listTagsRead(trees: Trees): Map<string, string[]> {
  return new Map(
    [...trees].map(([id, tree]) => {
      const read = [...readDependencies(tree, trees).dependencies];
      return [
        id,
        read.filter((each) => each.startsWith(TAG)).map((each) => each.slice(TAG.length)),
      ];
    }),
  );
}

type Adding = {
  dependencies: Set<Dependency>;
  needs: Set<Need>;
  isTimed: boolean;
  named: Set<string>;
};

function addTree(reading: Adding, tree: Tree, trees: Trees): void {
  for (const condition of listConditions(tree)) {
    for (const each of listDependencies(condition)) reading.dependencies.add(each);
    const need = findNeed(condition);
    if (need) reading.needs.add(need);
    reading.isTimed ||= isTimed(condition);
    if (condition.kind !== "segment" || reading.named.has(condition.id)) continue;
    reading.named.add(condition.id);
    const inner = trees.get(condition.id);
    if (inner) addTree(reading, inner, trees);
  }
}

function listDependencies(condition: Condition): Dependency[] {
  switch (condition.kind) {
    case "field":
      return [`field.${condition.field}`, ...(isTimedTest(condition.test) ? CALENDAR : [])];
    case "joined":
      return ["joined", ...(condition.when?.is === "days" ? CALENDAR : [])];
    case "mark":
      if (condition.mark !== "tag") return [`mark.${condition.mark}`];
      return condition.ids.map((id) => `mark.tag.${id}`);
    case "visit-count":
    case "visit-length":
    case "visit-time": {
      const { brandIds, branchKinds, source, systems, forms, ...when } = condition.visits;
      const { weekdays, hours, minutesMin, minutesMax } = when;
      const isLength = condition.kind === "visit-length" || undefined;
      const asksDetails = source ?? minutesMin ?? minutesMax ?? isLength;
      const asksCalendar = weekdays ?? hours ?? (condition.when?.is === "days" || undefined);
      return [
        "visits",
        ...(brandIds === undefined ? [] : ["brands"]),
        ...(branchKinds === undefined ? [] : ["branch-kinds"]),
        ...(asksDetails === undefined ? [] : ["visit-details"]),
        ...((systems ?? forms) === undefined ? [] : ["devices"]),
        ...(asksCalendar === undefined ? [] : CALENDAR),
      ];
    }
    case "score":
      return ["scores"];
    case "event":
      return [`event.${condition.event}`, ...(condition.when?.is === "days" ? CALENDAR : [])];
    case "consent":
      return [`consent.${condition.purpose}`];
    case "segment":
      return [];
  }
}

const CALENDAR = ["calendar"];

function findNeed(condition: Condition): Need | null {
  switch (condition.kind) {
    case "field":
      return COLUMNS.has(condition.field) ? null : "told-fields";
    case "mark":
      return "marks";
    case "visit-count":
    case "visit-length":
    case "visit-time":
      return "visits";
    case "score":
      return "scores";
    case "event":
      return "events";
    case "consent":
      return "consents";
    case "joined":
    case "segment":
      return null;
  }
}

/** What stands in the customers' own table. */
const COLUMNS: ReadonlySet<string> = new Set([
  ...["name", "phone", "email", "birthday", "language", "kind"],
]);

/** Whether it asks what day it is. */
function isTimedTest({ is }: FieldTest): boolean {
  return is === "in-next-days" || is === "from-today";
}

function isTimed(condition: Condition): boolean {
  if (condition.kind === "field") return isTimedTest(condition.test);
  return "when" in condition && condition.when !== undefined && condition.when.is !== "days";
}
