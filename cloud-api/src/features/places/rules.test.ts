import fc from "fast-check";
import { expect, test } from "vitest";
import {
  boundsOf,
  type Cell,
  COARSEST_LEVEL,
  densityOf,
  groupCells,
  HOMES_FEWEST,
  shadeOf,
  squareOf,
  wayTo,
} from "./rules.ts";

const cell = (x: number, y: number, homes: number, customers = homes): Cell => ({
  ...{ x, y, homes, customers },
});

test("a square with homes enough is shown as it is, one with fewer with those around it", () => {
  const cells = [cell(26018, 10105, 7, 12), cell(26019, 10105, 3), cell(26018, 10104, 2)];
  expect(groupCells(cells)).toEqual({
    groups: [
      { level: 15, x: 26018, y: 10105, customers: 12 },
      { level: 14, x: 13009, y: 5052, customers: 5 },
    ],
    elsewhere: 0,
  });
});

test("a lonely home is in no square, whatever its family's number", () => {
  const cells = [cell(26018, 10105, 1, 9), cell(3, 20000, 4)];
  expect(groupCells(cells)).toEqual({ groups: [], elsewhere: 13 });
});

test("whatever lies where, every customer is counted once and every group holds homes enough", () => {
  const cells = fc.uniqueArray(
    fc.record({
      x: fc.integer({ min: 26_000, max: 26_040 }),
      y: fc.integer({ min: 10_090, max: 10_130 }),
      homes: fc.integer({ min: 1, max: 8 }),
      more: fc.integer({ min: 0, max: 20 }),
    }),
    { selector: ({ x, y }) => `${x} ${y}`, maxLength: 60 },
  );
  fc.assert(
    fc.property(cells, (drawn) => {
      const all = drawn.map(({ more, ...each }) => ({ ...each, customers: each.homes + more }));
      const { groups, elsewhere } = groupCells(all);
      const shown = groups.reduce((sum, { customers }) => sum + customers, 0);
      expect(shown + elsewhere).toBe(all.reduce((sum, { customers }) => sum + customers, 0));
      for (const group of groups) {
        expect(group.customers).toBeGreaterThanOrEqual(HOMES_FEWEST);
        expect(group.level).toBeGreaterThanOrEqual(COARSEST_LEVEL);
      }
      const names = groups.map(({ level, x, y }) => `${level} ${x} ${y}`);
      expect(new Set(names).size).toBe(names.length);
    }),
  );
});

test("a square lies where its numbers say", () => {
  expect(squareOf({ level: 15, x: 26019, y: 10105 })).toEqual({
    south: expect.closeTo(21.017, 2),
    west: expect.closeTo(105.853, 2),
    side: 360 / 32768,
  });
});

test("density is of the square's own ground, which is narrower away from the equator", () => {
  const side = 1 / 111.32;
  expect(densityOf({ south: -side / 2, west: 0, side, customers: 12 })).toBeCloseTo(12, 3);
  expect(densityOf({ south: 60, west: 0, side, customers: 12 })).toBeCloseTo(24, 1);
});

test("shades end at the densest, and each holds what the one before does not", () => {
  const bounds = boundsOf(64);
  expect(bounds).toEqual([1, 4, 16, 64]);
  expect([0.1, 1, 1.5, 16, 64].map((density) => shadeOf(density, bounds))).toEqual([0, 0, 1, 2, 3]);
});

test.each([
  [1, 0, "north", 111.32],
  [1, 1, "north-east", 157.4],
  [0, -1, "west", 111.32],
  [-1, 0, "south", 111.32],
  [0, 0, "north", 0],
] as const)("%s degrees north and %s east is %s", (latitude, longitude, direction, kilometres) => {
  const way = wayTo({ latitude: 0, longitude: 0 }, { latitude, longitude });
  expect(way.direction).toBe(direction);
  expect(way.kilometres).toBeCloseTo(kilometres, 1);
});
