import { expect, test } from "vitest";
import {
  changeCase,
  findMailTime,
  foldReasons,
  isLate,
  listStretches,
  raiseCase,
} from "./rules.ts";

const NOW = new Date("2026-03-02T03:00:00.000Z");
const RULES = { lowUpTo: 2, caseHours: 48 };
const at = (iso: string) => new Date(iso);

test("a low rating raises a case that is due after the company's hours, a better one none", () => {
  const answeredAt = at("2026-03-02T02:00:00.000Z");
  expect(raiseCase({ lowest: 2, answeredAt }, RULES, NOW)).toEqual({
    raisedAt: NOW,
    dueAt: at("2026-03-04T03:00:00.000Z"),
  });
  expect(raiseCase({ lowest: 3, answeredAt }, RULES, NOW)).toBeNull();
  expect(raiseCase({ lowest: null, answeredAt }, RULES, NOW)).toBeNull();
});

test("an answer that comes a month late raises none", () => {
  const late = { lowest: 1, answeredAt: at("2026-01-30T02:00:00.000Z") };
  expect(raiseCase(late, RULES, NOW)).toBeNull();
});

const still = { ownerId: null, closedAt: null, reopenedAt: null };
const fresh = { state: "new", dueAt: NOW, ...still } as const;
const when = (now: Date) => ({ now, caseHours: RULES.caseHours });

test("whoever takes a new case works on it", () => {
  expect(changeCase(fresh, { ownerId: "lan" }, when(NOW))).toMatchObject({
    ...{ state: "working", ownerId: "lan" },
  });
});

test("a case is closed once, and open again it has no end", () => {
  const closed = changeCase(fresh, { state: "closed" }, when(NOW));
  expect(closed.closedAt).toEqual(NOW);
  const later = at("2026-03-03T03:00:00.000Z");
  expect(changeCase(closed, { ownerId: "lan" }, when(later))).toMatchObject({
    ...{ state: "closed", closedAt: NOW },
  });
  expect(changeCase(closed, { state: "working" }, when(later)).closedAt).toBeNull();
});

test("a case that is opened again has the time of a new one from then on, or what was left of its own", () => {
  const dueAt = at("2026-03-04T03:00:00.000Z");
  const closed = changeCase({ ...fresh, dueAt }, { state: "closed" }, when(NOW));
  const early = at("2026-03-03T03:00:00.000Z");
  expect(changeCase(closed, { state: "working" }, when(early))).toMatchObject({
    ...{ reopenedAt: early, dueAt },
  });
  const late = at("2026-03-09T03:00:00.000Z");
  const again = changeCase(closed, { state: "working" }, when(late));
  expect(again).toMatchObject({ reopenedAt: late, dueAt: at("2026-03-11T03:00:00.000Z") });
  expect(isLate(again, late)).toBe(false);
  expect(changeCase(closed, { state: "working", dueAt: late }, when(late)).dueAt).toEqual(late);
  expect(changeCase(again, { state: "closed" }, when(late)).reopenedAt).toEqual(late);
});

test("a case is late past its time, and closed in time it never is", () => {
  const dueAt = at("2026-03-02T02:00:00.000Z");
  expect(isLate({ dueAt, closedAt: null }, NOW)).toBe(true);
  expect(isLate({ dueAt, closedAt: at("2026-03-02T01:00:00.000Z") }, NOW)).toBe(false);
  expect(isLate({ dueAt: NOW, closedAt: null }, NOW)).toBe(false);
});

test("mails to one person are ten minutes apart", () => {
  expect(findMailTime(null, NOW)).toEqual(NOW);
  expect(findMailTime(at("2026-03-02T02:55:00.000Z"), NOW)).toEqual(at("2026-03-02T03:05:00.000Z"));
  expect(findMailTime(at("2026-03-01T02:55:00.000Z"), NOW)).toEqual(NOW);
});

test("reasons are one each, the most frequent first, with their branches and days", () => {
  const row = (value: string, branchId: string, day: string, count: number) => ({
    ...{ value, branchId, day, count },
  });
  const rows = [row("cold", "a", "1", 1), row("slow", "a", "1", 2), row("slow", "b", "2", 3)];
  expect(foldReasons(rows, ({ value }) => value)).toMatchObject([
    {
      ...{ first: { value: "slow" }, count: 5 },
      branches: [
        { branchId: "a", count: 2 },
        { branchId: "b", count: 3 },
      ],
      series: [
        { day: "1", count: 2 },
        { day: "2", count: 3 },
      ],
    },
    { first: { value: "cold" }, count: 1 },
  ]);
});

test("days, weeks from Monday and months that a period reaches into are listed by their first days", () => {
  const period = { from: "2026-02-27", to: "2026-03-03" };
  expect(listStretches(period, "day")).toEqual([
    ...["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03"],
  ]);
  expect(listStretches(period, "week")).toEqual(["2026-02-23", "2026-03-02"]);
  expect(listStretches({ from: "2025-12-31", to: "2026-02-01" }, "month")).toEqual([
    ...["2025-12-01", "2026-01-01", "2026-02-01"],
  ]);
});
