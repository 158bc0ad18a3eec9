import type { TObject } from "typebox";
import { Compile } from "typebox/compile";
import { ALL_NODES_MAX, SEGMENTS_DEEP_MAX, TREE_DEPTH_MAX, TREE_NODES_MAX } from "./rules.ts";
import {
  type Condition,
  ConsentCondition,
  EventCondition,
  FieldCondition,
  type FieldTest,
  GROUP_KINDS,
  JoinedCondition,
  MarkCondition,
  ScoreCondition,
  SegmentCondition,
  type Tree,
  type TreeNode,
  VisitCountCondition,
  VisitLengthCondition,
  VisitTimeCondition,
} from "./schema.ts";

const CONDITIONS: Record<Condition["kind"], { find: (value: unknown) => Fault | null }> = {
  field: judgeBy(FieldCondition),
  joined: judgeBy(JoinedCondition),
  mark: judgeBy(MarkCondition),
  "visit-count": judgeBy(VisitCountCondition),
  "visit-time": judgeBy(VisitTimeCondition),
  "visit-length": judgeBy(VisitLengthCondition),
  score: judgeBy(ScoreCondition),
  event: judgeBy(EventCondition),
  consent: judgeBy(ConsentCondition),
  segment: judgeBy(SegmentCondition),
};

/** What is wrong with a tree, and where: a JSON pointer from its root. */
export type Fault = { pointer: string; reason: string };
export type ReadTree = { kind: "tree"; tree: Tree } | ({ kind: "fault" } & Fault);

function judgeBy(schema: TObject) {
  const compiled = Compile(schema);
  return {
    find: (value: unknown): Fault | null => {
      if (compiled.Check(value)) return null;
      // The deepest says most: a union's own error stands beside those of its members.
      const errors = [...compiled.Errors(value)];
      const deepest = errors.toSorted(
        (one, other) => countSteps(other.instancePath) - countSteps(one.instancePath),
      )[0];
      return { pointer: deepest?.instancePath ?? "", reason: deepest?.message ?? "is wrong" };
    },
  };
}

const countSteps = (pointer: string) => pointer.split("/").length;

/** Reads what somebody sent: every part checked, bounded in depth and size. */
export function readTree(value: unknown): ReadTree {
  const budget = { left: TREE_NODES_MAX };
  const fault = findFault(value, { pointer: "", depth: 1, budget });
  if (fault) return { kind: "fault", ...fault };
  return { kind: "tree", tree: value as Tree };
}

type Place = { pointer: string; depth: number; budget: { left: number } };

function findFault(value: unknown, place: Place): Fault | null {
  const { pointer, depth, budget } = place;
  budget.left -= 1;
  if (budget.left < 0)
    return { pointer, reason: `there may be ${TREE_NODES_MAX} conditions and groups at most` };
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { pointer, reason: "must be a condition or a group of them" };
  const { kind, of, ...rest } = value as { kind?: unknown; of?: unknown };
  if (!isGroupKind(kind)) {
    if (depth === 1) return { pointer: "/kind", reason: "must be all, any or none" };
    return findConditionFault(value, kind, pointer);
  }
  if (depth > TREE_DEPTH_MAX)
    return { pointer, reason: `groups stand in each other ${TREE_DEPTH_MAX} deep at most` };
  const [surplus] = Object.keys(rest);
  if (surplus !== undefined) return { pointer: `${pointer}/${surplus}`, reason: "must not be" };
  if (!Array.isArray(of) || of.length === 0)
    return { pointer: `${pointer}/of`, reason: "must be a list of at least one condition" };
  for (const [index, each] of of.entries()) {
    const inner = { pointer: `${pointer}/of/${index}`, depth: depth + 1, budget };
    const fault = findFault(each, inner);
    if (fault) return fault;
  }
  return null;
}

function isGroupKind(kind: unknown): kind is Tree["kind"] {
  return GROUP_KINDS.some((each) => each === kind);
}

function findConditionFault(value: object, kind: unknown, pointer: string): Fault | null {
  const known = typeof kind === "string" && Object.hasOwn(CONDITIONS, kind);
  if (!known) return { pointer: `${pointer}/kind`, reason: "is no kind of condition" };
  const fault = CONDITIONS[kind as Condition["kind"]].find(value);
  if (fault) return { pointer: `${pointer}${fault.pointer}`, reason: fault.reason };
  const senseless = findSenseless(value as Condition);
  return senseless && { pointer: `${pointer}${senseless.pointer}`, reason: senseless.reason };
}

/** What has the right form and can mean nothing. */
function findSenseless(condition: Condition): Fault | null {
  if (!isKeepable(condition))
    return { pointer: "", reason: "holds a character that cannot be kept" };
  if (condition.kind === "field") return findSenselessTest(condition.test);
  if ("when" in condition && condition.when?.is === "days") {
    const { from, to } = condition.when;
    for (const [name, day] of Object.entries({ from, to }))
      if (day !== null && !isDay(day)) return { pointer: `/when/${name}`, reason: "is no day" };
    if (from === null && to === null) return { pointer: "/when", reason: "must name a day" };
    if (from !== null && to !== null && from > to)
      return { pointer: "/when/to", reason: "must not be before the first day" };
  }
  if ("count" in condition) {
    const { min = 0, max = Number.POSITIVE_INFINITY } = condition.count;
    if (min > max) return { pointer: "/count/max", reason: "must not be below min" };
  }
  if (condition.kind === "score") {
    const { min = 0, max = Number.POSITIVE_INFINITY } = condition.points;
    if (min > max) return { pointer: "/points/max", reason: "must not be below min" };
  }
  if (condition.kind === "visit-length") {
    const { min = 0, max = Number.POSITIVE_INFINITY } = condition.minutes;
    if (min >= max) return { pointer: "/minutes/max", reason: "must be more than min" };
  }
  if ("visits" in condition) {
    const { hours, minutesMin = 0, minutesMax = Number.POSITIVE_INFINITY } = condition.visits;
    if (hours && hours.from === hours.to)
      return { pointer: "/visits/hours/to", reason: "must not be the same time" };
    if (minutesMin >= minutesMax)
      return { pointer: "/visits/minutesMax", reason: "must be more than minutesMin" };
  }
  if (condition.kind === "joined" && !condition.branchIds && !condition.when)
    return { pointer: "", reason: "must say where or when" };
  return null;
}

function findSenselessTest(test: FieldTest): Fault | null {
  if (test.is === "on-days") {
    // 2000 was a leap year: the 29th of February is a day of it.
    for (const [name, day] of Object.entries({ from: test.from, to: test.to }))
      if (!isDay(`2000-${day}`)) return { pointer: `/test/${name}`, reason: "is no day" };
  }
  if (test.is === "dated") {
    const { from, to } = test;
    for (const [name, day] of Object.entries({ from, to }))
      if (day !== null && !isDay(day)) return { pointer: `/test/${name}`, reason: "is no day" };
    if (from === null && to === null) return { pointer: "/test", reason: "must name a day" };
    if (from !== null && to !== null && from > to)
      return { pointer: "/test/to", reason: "must not be before the first day" };
  }
  if (test.is === "from-today") {
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = test;
    if (min > max) return { pointer: "/test/max", reason: "must not be below min" };
  }
  return null;
}

/** PostgreSQL keeps no NUL and no half of a surrogate pair. */
function isKeepable(condition: Condition): boolean {
  return !/\\u(0000|d[89a-f])/i.test(JSON.stringify(condition));
}

function isDay(day: string): boolean {
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === day;
}

/** Every condition of a tree, from left to right. */
export function listConditions(node: TreeNode): Condition[] {
  return "of" in node ? node.of.flatMap(listConditions) : [node];
}

/** The segments a tree names itself, each once. */
export function listNamed(tree: Tree): string[] {
  const ids = listConditions(tree).flatMap((each) => (each.kind === "segment" ? [each.id] : []));
  return [...new Set(ids)];
}

/** The trees of a tenant's segments by id. */
export type Trees = ReadonlyMap<string, Tree>;

/**
 * Whether every segment that a tree names is there, none leads back to where it began, and all of it
 * stays within bounds. `id` is the one the tree is to be of; null: it is of none yet.
 */
export function findNamingFault(
  tree: Tree,
  { id, trees }: { id: string | null; trees: Trees },
): Fault | null {
  for (const [pointer, named] of listNamedPlaces(tree, "")) {
    if (named === id) return { pointer, reason: "a segment cannot name itself" };
    const inner = trees.get(named);
    if (!inner) return { pointer, reason: "there is no such segment" };
    const found = measure(inner, { id, trees, deep: 1 });
    if (found === "circle") return { pointer, reason: "that segment names this one" };
    if (found === "deep")
      return { pointer, reason: `segments name each other ${SEGMENTS_DEEP_MAX} deep at most` };
  }
  return countAll(tree, trees) > ALL_NODES_MAX
    ? { pointer: "", reason: `with those it names it has more than ${ALL_NODES_MAX} conditions` }
    : null;
}

type Measuring = { id: string | null; trees: Trees; deep: number };

function measure(tree: Tree, { id, trees, deep }: Measuring): "fine" | "circle" | "deep" {
  const named = listNamed(tree);
  if (id !== null && named.includes(id)) return "circle";
  if (named.length > 0 && deep >= SEGMENTS_DEEP_MAX) return "deep";
  for (const each of named) {
    const inner = trees.get(each);
    const found = inner ? measure(inner, { id, trees, deep: deep + 1 }) : "fine";
    if (found !== "fine") return found;
  }
  return "fine";
}

function listNamedPlaces(node: TreeNode, pointer: string): [string, string][] {
  if ("of" in node)
    return node.of.flatMap((each, index) => listNamedPlaces(each, `${pointer}/of/${index}`));
  return node.kind === "segment" ? [[`${pointer}/id`, node.id]] : [];
}

function countAll(node: TreeNode, trees: Trees): number {
  if ("of" in node) return node.of.reduce((sum, each) => sum + countAll(each, trees), 1);
  const inner = node.kind === "segment" ? trees.get(node.id) : undefined;
  return inner ? 1 + countAll(inner, trees) : 1;
}
