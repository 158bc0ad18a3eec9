import { expect, test } from "vitest";
import {
  fitView,
  MAP,
  panBy,
  readPoint,
  roundDown,
  toPoint,
  toSpot,
  writePoint,
  zoomBy,
} from "./map-view.ts";

const hanoi = { latitude: 21.0285, longitude: 105.8542 };
const view = { centre: hanoi, metres: 20 };

test("the middle of a view is its centre, and each spot is the point it was made of", () => {
  expect(toSpot(hanoi, view)).toEqual({ x: MAP.width / 2, y: MAP.height / 2 });
  const point = toPoint({ x: 100, y: 40 }, view);
  const spot = toSpot(point, view);
  expect(spot.x).toBeCloseTo(100, 6);
  expect(spot.y).toBeCloseTo(40, 6);
  expect(point.latitude).toBeGreaterThan(hanoi.latitude);
});

test("a fitted view holds all points with room around them, and one point with its surroundings", () => {
  const points = [hanoi, { latitude: 10.7769, longitude: 106.7009 }];
  const fitted = fitView(points, 1000);
  expect(fitted).not.toBeNull();
  for (const point of points) {
    const { x, y } = toSpot(point, fitted ?? view);
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(MAP.width);
    expect(y).toBeGreaterThan(MAP.height * 0.1);
    expect(y).toBeLessThan(MAP.height * 0.9);
  }
  expect((fitView([hanoi], 2000)?.metres ?? 0) * MAP.height).toBe(2000);
  expect(fitView([], 2000)).toBeNull();
});

test("sizing and moving stay on the globe", () => {
  expect(zoomBy(view, 1e-9).metres).toBe(0.5);
  expect(zoomBy(view, 1e9).metres).toBe(60_000);
  const world = { centre: { latitude: 80, longitude: 179 }, metres: 60_000 };
  const moved = panBy(world, { x: 200, y: -200 }).centre;
  expect(moved.latitude).toBe(85);
  expect(moved.longitude).toBeGreaterThanOrEqual(-180);
  expect(moved.longitude).toBeLessThan(180);
});

test("points are written and read as two numbers, and nothing else is one", () => {
  expect(writePoint(hanoi)).toBe("21.02850,105.85420");
  expect(readPoint(" 21.0285, 105.8542 ")).toEqual(hanoi);
  for (const text of ["", "21", "91,10", "10,181", "here"]) expect(readPoint(text)).toBeNull();
});

test("a scale's length is round", () => {
  expect([1, 1.9, 2, 4999, 5000, 73_000].map(roundDown)).toEqual([1, 1, 2, 2000, 5000, 50_000]);
});
