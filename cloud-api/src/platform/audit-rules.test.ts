import { describe, expect, test } from "vitest";
import { findDifference, findRecord } from "./audit-rules.ts";

describe("what changed of a record", () => {
  test("is the parts that differ, at any depth, and lists as a whole", () => {
    const before = { name: "A", place: { city: "Huế", zip: 1 }, tags: ["x"], same: { deep: [1] } };
    const after = {
      name: "A",
      place: { city: "Huế", zip: 2 },
      tags: ["x", "y"],
      same: { deep: [1] },
    };
    expect(findDifference({ before, after })).toEqual({
      before: { place: { zip: 1 }, tags: ["x"] },
      after: { place: { zip: 2 }, tags: ["x", "y"] },
    });
    expect(findDifference({ before, after: structuredClone(before) })).toBeNull();
  });

  test("is all of what was made or removed", () => {
    expect(findDifference({ before: null, after: { name: "A" } })).toEqual({
      before: null,
      after: { name: "A" },
    });
    expect(findDifference({ before: null, after: null })).toBeNull();
  });

  test("tells a moment by its text, whether or not it was text before", () => {
    const [then, now] = ["2026-03-01T05:00:00.000Z", "2026-03-02T05:00:00.000Z"];
    const dated = (at: string) => ({ dueAt: new Date(at), ran: [{ at: new Date(at) }] });
    const told = (at: string) => ({ dueAt: at, ran: [{ at }] });
    expect(findDifference({ before: null, after: dated(now) })).toEqual({
      before: null,
      after: told(now),
    });
    expect(findDifference({ before: dated(then), after: dated(now) })).toEqual({
      before: told(then),
      after: told(now),
    });
    for (const same of [dated(then), told(then)])
      expect(findDifference({ before: dated(then), after: same })).toBeNull();
  });

  test("never shows a secret, and says that it changed", () => {
    const nas = (radiusSecret: string) => ({ nas: [{ name: "AP", radiusSecret }] });
    const found = findDifference({ before: nas("one-secret"), after: nas("other-secret") });
    expect(found).toEqual({ before: nas("•••"), after: nas("•••") });
    const field = findDifference({ before: { key: "own.drink" }, after: { key: "Own.Drink-1" } });
    expect(field).toEqual({ before: { key: "own.drink" }, after: { key: "•••" } });
    const own = findDifference({ before: { apiKeyToken: "a" }, after: { apiKeyToken: "b" } });
    expect(own).toEqual({ before: { apiKeyToken: "•••" }, after: { apiKeyToken: "•••" } });
  });

  test("is cut where it is a picture or a book", () => {
    const found = findDifference({ before: null, after: { logo: "x".repeat(100_000) } });
    expect(JSON.stringify(found).length).toBeLessThan(400);
  });
});

test.each([
  ["/api/v1/branches/:id/settings", { id: "b" }, { kind: "branches", id: "b" }],
  ["/api/v1/branches/:id/boxes/:boxId", { id: "b", boxId: "x" }, { kind: "boxes", id: "x" }],
  ["/api/v1/destinations", {}, { kind: "destinations", id: null }],
  [
    "/api/v1/customers/:id/requests/:requestId/finish",
    { id: "c", requestId: "r" },
    { kind: "requests", id: "r" },
  ],
])("%s is about what it names last", (route, parameters, record) => {
  expect(findRecord(route, parameters as unknown as Record<string, string>)).toEqual(record);
});
