import type { Condition, Tree, TreeNode } from "../schema.ts";

/** What the first words of a condition choose. */
export const SUBJECTS: readonly Subject[] = [
  ...(["visit-count", "last-visit", "first-visit", "visit-length", "score"] as const),
  ...(["tag", "group", "tier", "field", "joined", "consent"] as const),
  ...(["sign-in", "survey", "code", "segment"] as const),
];
export type Subject =
  | "visit-count"
  | "last-visit"
  | "first-visit"
  | "visit-length"
  | "score"
  | "tag"
  | "group"
  | "tier"
  | "field"
  | "joined"
  | "consent"
  | "sign-in"
  | "survey"
  | "code"
  | "segment";

const EVENTS = {
  "guest.connected": "sign-in",
  "survey.answered": "survey",
  "access-code.used": "code",
} as const;

export function subjectOf(condition: Condition): Subject {
  switch (condition.kind) {
    case "visit-time":
      return condition.which === "last" ? "last-visit" : "first-visit";
    case "mark":
      return condition.mark;
    case "event":
      return EVENTS[condition.event];
    default:
      return condition.kind;
  }
}

/** A condition about this, as it begins. */
export function begin(subject: Subject): Condition {
  const often = { count: { min: 1 } };
  const month = { is: "within", amount: 30, unit: "day" } as const;
  switch (subject) {
    case "visit-count":
      return { kind: "visit-count", count: { min: 3 }, visits: {} };
    case "last-visit":
      return { kind: "visit-time", which: "last", visits: {}, when: { ...month, is: "before" } };
    case "first-visit":
      return { kind: "visit-time", which: "first", visits: {}, when: month };
    case "visit-length":
      return { kind: "visit-length", which: "average", minutes: { min: 60 }, visits: {} };
    case "score":
      return { kind: "score", part: "total", points: { min: 10 } };
    case "tag":
    case "group":
    case "tier":
      return { kind: "mark", mark: subject, has: "any", ids: [] };
    case "field":
      return { kind: "field", field: "birthday", test: { is: "in-next-days", days: 7 } };
    case "joined":
      return { kind: "joined", when: month };
    case "consent":
      return { kind: "consent", purpose: "marketing", state: "given" };
    case "sign-in":
      return { kind: "event", event: "guest.connected", ...often, when: month };
    case "survey":
      return { kind: "event", event: "survey.answered", ...often };
    case "code":
      return { kind: "event", event: "access-code.used", ...often };
    case "segment":
      return { kind: "segment", id: "", member: true };
  }
}

export const FIRST_TREE: Tree = { kind: "all", of: [begin("visit-count")] };

/** Segments that many a company begins with. */
export const STARTERS = ["regulars", "lapsed", "newcomers", "birthdays", "weekends"] as const;
export type Starter = (typeof STARTERS)[number];

export function startTree(starter: Starter): Tree {
  return { kind: "all", of: listStarting(starter) };
}

function listStarting(starter: Starter): Condition[] {
  const days = (amount: number) => ({ is: "within", amount, unit: "day" }) as const;
  const visited = { kind: "visit-count", visits: {} } as const;
  switch (starter) {
    case "regulars":
      return [{ ...visited, count: { min: 3 }, when: days(30) }];
    case "lapsed":
      return [{ ...visited, count: { min: 3 } }, begin("last-visit")];
    case "newcomers":
      return [{ kind: "visit-time", which: "first", visits: {}, when: days(7) }];
    case "birthdays":
      return [begin("field")];
    case "weekends":
      return [{ ...visited, count: { min: 2 }, visits: { weekdays: [6, 7] }, when: days(90) }];
  }
}

/** Whether every condition has what it needs to be judged. */
export function isComplete(node: TreeNode): boolean {
  if ("of" in node) return node.of.length > 0 && node.of.every(isComplete);
  if (
    "when" in node &&
    node.when?.is === "days" &&
    node.when.from === null &&
    node.when.to === null
  )
    return false;
  switch (node.kind) {
    case "mark":
      return node.ids.length > 0;
    case "segment":
      return node.id !== "";
    case "joined":
      return node.when !== undefined || node.branchIds !== undefined;
    case "field":
      return isTestComplete(node.test);
    case "visit-count":
    case "visit-length":
    case "visit-time": {
      const { hours } = node.visits;
      return !hours || (hours.from !== "" && hours.to !== "" && hours.from !== hours.to);
    }
    default:
      return true;
  }
}

function isTestComplete(test: Extract<Condition, { kind: "field" }>["test"]): boolean {
  if (test.is === "one-of" || test.is === "has") return test.values.length > 0;
  if (test.is === "begins" || test.is === "contains") return test.text !== "";
  if (test.is === "dated") return test.from !== null || test.to !== null;
  return test.is !== "in-months" || test.months.length > 0;
}
