import { WAYS_IN } from "@foyer/contract";
import { expect, test } from "vitest";
import { listOrdered, moveBy } from "./ways-in.ts";

test("without an order of the branch's own the ways in stand as boxes offer them", () => {
  expect(listOrdered(undefined)).toEqual([...WAYS_IN]);
});

test("what the branch's order leaves out follows in the usual order, and nothing comes twice", () => {
  expect(listOrdered(["accessCode", "room"])).toEqual([
    "accessCode",
    "room",
    "phone",
    "member",
    "email",
    "clickThrough",
  ]);
});

test("one is moved by a place, and nowhere past the ends", () => {
  expect(moveBy(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
  expect(moveBy(["a", "b", "c"], 0, -1)).toEqual(["a", "b", "c"]);
  expect(moveBy(["a", "b", "c"], 2, 1)).toEqual(["a", "b", "c"]);
});
