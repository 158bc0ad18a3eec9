import { expect, test } from "vitest";
import { isWithin, listPath, listTree } from "./rules.ts";

const groups = [
  { id: "gold", parentId: "vip", customers: 2 },
  { id: "staff", parentId: null, customers: 5 },
  { id: "vip", parentId: null, customers: 1 },
  { id: "old", parentId: "gold", customers: 4 },
];

test("groups stand below the one they are in, and its count is of all below it", () => {
  const rows = listTree(groups).map(({ id, depth, customersWithin }) => [
    id,
    depth,
    customersWithin,
  ]);
  expect(rows).toEqual([
    ["staff", 0, 5],
    ["vip", 0, 7],
    ["gold", 1, 6],
    ["old", 2, 4],
  ]);
});

test("a group is within itself and all it stands in, and in nothing else", () => {
  const isIn = (outerId: string) => isWithin(groups, { id: "old", outerId });
  expect(["old", "gold", "vip", "staff"].map(isIn)).toEqual([true, true, true, false]);
  expect(isWithin(groups, { id: "vip", outerId: "old" })).toBe(false);
});

test("a group is named with all it stands in, from the outside in", () => {
  const named = groups.map((group) => ({ ...group, name: group.id.toUpperCase() }));
  expect(listPath(named, "old")).toEqual(["VIP", "GOLD", "OLD"]);
  expect(listPath(named, "nobody")).toEqual([]);
});
