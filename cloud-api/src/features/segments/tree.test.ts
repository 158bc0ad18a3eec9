import { describe, expect, test } from "vitest";
import { SEGMENTS_DEEP_MAX, TREE_DEPTH_MAX, TREE_NODES_MAX } from "./rules.ts";
import type { Tree, TreeNode } from "./schema.ts";
import { findNamingFault, readTree } from "./tree.ts";

const often: TreeNode = { kind: "visit-count", count: { min: 3 }, visits: {} };
const all = (...of: TreeNode[]): Tree => ({ kind: "all", of });
const faultOf = (...of: unknown[]) => {
  const read = readTree({ kind: "all", of });
  return read.kind === "fault" ? read.pointer : "no fault";
};
const id = (index: number) => `01990005-0000-7000-8000-${String(index).padStart(12, "0")}`;
const naming = (index: number): TreeNode => ({ kind: "segment", id: id(index), member: true });

describe("reading a tree", () => {
  test("one in the right form is taken as it is", () => {
    const tree = all(often, { kind: "none", of: [often] });
    expect(readTree(tree)).toEqual({ kind: "tree", tree });
  });

  test("a fault is pointed at where it is", () => {
    expect(faultOf()).toBe("/of");
    expect(faultOf(often, { kind: "any", of: [] })).toBe("/of/1/of");
    expect(faultOf({ kind: "spend" })).toBe("/of/0/kind");
    expect(faultOf({ kind: "constructor" })).toBe("/of/0/kind");
    expect(faultOf("often")).toBe("/of/0");
    expect(faultOf(null)).toBe("/of/0");
    expect(faultOf({ ...often, count: { min: -1 } })).toBe("/of/0/count/min");
    expect(faultOf({ ...often, count: {} })).toBe("/of/0/count");
    expect(faultOf({ ...often, visits: { weekdays: [1, 8] } })).toBe("/of/0/visits/weekdays/1");
    expect(faultOf({ kind: "any", of: [{ ...often, count: "3" }] })).toBe("/of/0/of/0/count");
    expect(faultOf({ kind: "any", of: [often], also: 1 })).toBe("/of/0/also");
  });

  test("the outermost is a group", () => {
    expect(readTree(often)).toMatchObject({ kind: "fault", pointer: "/kind" });
    expect(readTree([])).toMatchObject({ kind: "fault", pointer: "" });
  });

  test("what has the right form and means nothing is refused", () => {
    const days = (from: string | null, to: string | null) =>
      faultOf({ ...often, when: { is: "days", from, to } });
    expect(days("2026-02-30", null)).toBe("/of/0/when/from");
    expect(days(null, null)).toBe("/of/0/when");
    expect(days("2026-03-02", "2026-03-01")).toBe("/of/0/when/to");
    expect(days("2026-03-01", "2026-03-01")).toBe("no fault");
    expect(faultOf({ ...often, count: { min: 3, max: 2 } })).toBe("/of/0/count/max");
    const visits = (filter: object) => faultOf({ ...often, visits: filter });
    expect(visits({ hours: { from: "10:00", to: "10:00" } })).toBe("/of/0/visits/hours/to");
    expect(visits({ minutesMin: 30, minutesMax: 30 })).toBe("/of/0/visits/minutesMax");
    expect(faultOf({ kind: "joined" })).toBe("/of/0");
    const asks = (test: object, field = "own.until") => faultOf({ kind: "field", field, test });
    expect(asks({ is: "on-days", from: "02-29", to: "01-05" })).toBe("no fault");
    expect(asks({ is: "on-days", from: "02-30", to: "03-01" })).toBe("/of/0/test/from");
    expect(asks({ is: "dated", from: null, to: null })).toBe("/of/0/test");
    expect(asks({ is: "dated", from: "2026-03-02", to: "2026-03-01" })).toBe("/of/0/test/to");
    expect(asks({ is: "from-today", min: 3, max: 2 })).toBe("/of/0/test/max");
    expect(asks({ is: "from-today" })).toContain("/of/0/test");
    expect(asks({ is: "known" }, "posId")).toBe("no fault");
    expect(asks({ is: "known" }, "secret")).toBe("/of/0/field");
    const begins = (text: string) => ({
      kind: "field",
      field: "name",
      test: { is: "begins", text },
    });
    expect(faultOf(begins("a\u0000b"))).toBe("/of/0");
    expect(faultOf(begins("\ud800"))).toBe("/of/0");
    expect(faultOf(begins("😀"))).toBe("no fault");
  });

  test("groups stand in each other only so deep, and a tree has only so many parts", () => {
    const deep = (levels: number): Tree => (levels === 1 ? all(often) : all(deep(levels - 1)));
    expect(readTree(deep(TREE_DEPTH_MAX)).kind).toBe("tree");
    expect(readTree(deep(TREE_DEPTH_MAX + 1)).kind).toBe("fault");
    const wide = (count: number) => all(...Array.from({ length: count }, () => often));
    expect(readTree(wide(TREE_NODES_MAX - 1)).kind).toBe("tree");
    expect(readTree(wide(TREE_NODES_MAX))).toMatchObject({
      ...{ kind: "fault", pointer: `/of/${TREE_NODES_MAX - 1}` },
    });
  });
});

describe("segments that name each other", () => {
  test("one that is not there, and one that leads back, is pointed at", () => {
    const trees = new Map([
      [id(1), all(often)],
      [id(2), all(naming(1))],
      [id(3), all(naming(2))],
    ]);
    const fault = (tree: Tree, own: string | null = null) =>
      findNamingFault(tree, { id: own, trees })?.pointer ?? null;
    expect(fault(all(naming(3)))).toBeNull();
    expect(fault(all(often, naming(9)))).toBe("/of/1/id");
    expect(fault(all(naming(1)), id(1))).toBe("/of/0/id");
    expect(fault(all(often, { kind: "any", of: [naming(3)] }), id(1))).toBe("/of/1/of/0/id");
  });

  test("a row of them is only so long, and all of it only so large", () => {
    const trees = new Map<string, Tree>([[id(0), all(often)]]);
    for (let index = 1; index <= SEGMENTS_DEEP_MAX; index++)
      trees.set(id(index), all(naming(index - 1)));
    const fault = (tree: Tree) => findNamingFault(tree, { id: null, trees })?.pointer ?? null;
    expect(fault(all(naming(SEGMENTS_DEEP_MAX - 1)))).toBeNull();
    expect(fault(all(naming(SEGMENTS_DEEP_MAX)))).toBe("/of/0/id");
    trees.set(id(7), all(...Array.from({ length: 40 }, () => often)));
    expect(fault(all(...Array.from({ length: 7 }, () => naming(7))))).toBeNull();
    expect(fault(all(...Array.from({ length: 8 }, () => naming(7))))).toBe("");
  });
});
