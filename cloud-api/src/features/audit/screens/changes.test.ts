import { expect, test } from "vitest";
import { listLines, spellPath, titleOf, verbOf } from "./changes.ts";

test("what changed is told value by value, items of a list by their names", () => {
  const before = {
    name: "A",
    nas: [
      { name: "Cổng", port: 1 },
      { name: "Quầy", port: 2 },
    ],
  };
  const after = {
    name: "B",
    nas: [
      { name: "Mới", port: 9 },
      { name: "Cổng", port: 3 },
    ],
  };
  expect(listLines(before, after)).toEqual([
    { path: "name", before: "A", after: "B" },
    { path: "nas › Cổng › port", before: "1", after: "3" },
    { path: "nas › Quầy › name", before: "Quầy", after: null },
    { path: "nas › Quầy › port", before: "2", after: null },
    { path: "nas › Mới › name", before: null, after: "Mới" },
    { path: "nas › Mới › port", before: null, after: "9" },
  ]);
});

test("a secret that changed is told, though it reads the same", () => {
  expect(listLines({ secret: "•••" }, { secret: "•••" })).toHaveLength(1);
  expect(listLines(null, null)).toEqual([]);
  expect(listLines(null, { name: "A", parentId: null })).toEqual([
    { path: "name", before: null, after: "A" },
  ]);
});

test("a list of words is told by those that went and came, and where none did by its order", () => {
  const told = (before: unknown, after: unknown) => listLines({ tags: before }, { tags: after });
  expect(told(["a", "b"], ["b", "c", "d"])).toEqual([
    { path: "tags", before: "a", after: "c" },
    { path: "tags", before: null, after: "d" },
  ]);
  expect(told(["a", "b"], ["b", "a"])).toEqual([
    { path: "tags", before: "a", after: "b" },
    { path: "tags", before: "b", after: "a" },
  ]);
  expect(told(["a"], [])).toEqual([{ path: "tags", before: "a", after: null }]);
  expect(told([], null)).toEqual([]);
});

test("a path is spelled in words, and stays what it is where there is none", () => {
  const words = new Map([["nas", "access points"]]);
  expect(spellPath("nas › Cổng › port", (part) => words.get(part) ?? null)).toBe(
    "access points › Cổng › port",
  );
});

test.each([
  ["POST /api/v1/branches/:id/boxes", "boxes", null, "made"],
  ["POST /api/v1/webhooks", "webhooks", null, "made"],
  ["POST /api/v1/webhooks/:webhookId/test", "webhooks", null, "ordered"],
  ["POST /api/v1/branches/:id/boxes/:boxId/commands", "boxes", null, "ordered"],
  ["POST /api/v1/customers/:id/requests/:requestId/outcome", "requests", {}, "changed"],
  ["PUT /api/v1/tag-rules/:tagId", "tag-rules", null, "made"],
  ["DELETE /api/v1/keys/:keyId", "keys", {}, "removed"],
  ["GET /api/v1/customers.csv", "customers", null, "taken"],
])("%s of %s is told as what it is", (action, kind, before, verb) => {
  expect(verbOf({ action, kind, before, after: {} })).toBe(verb);
});

test("a record stands by the name it has now, else by the one that was noted, and never by what is hidden", () => {
  const names = new Map([["a", "Khách quen"]]);
  const noted = { before: { name: "Cũ" }, after: { name: "Mới" } };
  expect(titleOf({ recordId: "a", ...noted }, names)).toBe("Khách quen");
  expect(titleOf({ recordId: "b", ...noted }, names)).toBe("Mới");
  expect(titleOf({ recordId: "b", before: { name: "Cũ" }, after: null }, names)).toBe("Cũ");
  expect(titleOf({ recordId: null, before: { name: "•••" }, after: null }, names)).toBeNull();
});
