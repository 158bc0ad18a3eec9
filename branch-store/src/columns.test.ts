import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { openColumns } from "./columns.ts";
import { createRecent } from "./recent-values.ts";

const columns = openColumns(randomBytes(32));

test("a value is locked to other letters each time, and opens to what it was", () => {
  for (const value of ["", "Lan", "Nguyễn Thị Lan", "x".repeat(100_000)]) {
    const [one, two] = [1, 2].map(() => columns.lock("guests.name", value)) as [string, string];
    expect(one).not.toBe(two);
    expect([one, two].map((stored) => columns.unlock("guests.name", stored))).toEqual([
      value,
      value,
    ]);
    if (value !== "") expect(one).not.toContain(value.slice(0, 20));
  }
  expect(columns.lock("guests.name", null)).toBeNull();
  expect(columns.unlock("guests.name", null)).toBeNull();
});

test("where rows are found by a value the same value is the same text, by the same key alone", () => {
  const locked = columns.lockSame("guests.phone", "+84900000001");
  expect(columns.lockSame("guests.phone", "+84900000001")).toBe(locked);
  expect(columns.unlock("guests.phone", locked)).toBe("+84900000001");
  const others = [
    columns.lockSame("guests.phone", "+84900000002"),
    columns.lockSame("codes.contact", "+84900000001"),
    openColumns(randomBytes(32)).lockSame("guests.phone", "+84900000001"),
  ];
  expect(new Set([locked, ...others]).size).toBe(4);
});

test("another key, another place or a changed letter opens nothing", () => {
  const locked = columns.lock("guests.name", "Lan");
  expect(() => columns.unlock("guests.birthday", locked)).toThrow();
  expect(() => openColumns(randomBytes(32)).unlock("guests.name", locked)).toThrow();
  const letter = locked.at(-3) === "A" ? "B" : "A";
  expect(() =>
    columns.unlock("guests.name", `${locked.slice(0, -3)}${letter}${locked.slice(-2)}`),
  ).toThrow();
  expect(() => columns.unlock("guests.name", locked.slice(0, 10))).toThrow();
});

test("what was never locked is given as it is, also where it looks like something locked", () => {
  expect(columns.unlock("guests.name", "Lan")).toBe("Lan");
  for (const value of ["Lan", "~1~Lan", "~1~"])
    expect(columns.isLocked("guests.name", value)).toBe(false);
  const strange = columns.lock("guests.name", "~1~Lan");
  expect(columns.isLocked("guests.name", strange)).toBe(true);
  expect(columns.unlock("guests.name", strange)).toBe("~1~Lan");
});

test("of what was reckoned of late so much is kept, and what was asked for again stays longest", () => {
  const kept = createRecent<number>(2);
  let reckoned = 0;
  const ask = (name: string) =>
    kept(name, () => {
      reckoned += 1;
      return reckoned;
    });
  expect([ask("a"), ask("b"), ask("a"), ask("c"), ask("a"), ask("b")]).toEqual([1, 2, 1, 3, 1, 4]);
});
