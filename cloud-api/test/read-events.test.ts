import { type EventType, eventSchemas } from "@foyer/contract";
import { expect, test } from "vitest";
import { features } from "../src/features.ts";

/** What boxes tell and no feature acts on, and why that is right. */
const UNREAD: Partial<Record<EventType, string>> = {
  "clock.corrected": "what is told afterwards is right by itself; the box's report tells its clock",
};

test("whatever a box can tell is read by a feature, or it is said here why none has to", () => {
  const read = new Set(
    features.flatMap(({ handlers = {}, together }) => [
      ...Object.keys(handlers),
      ...(together?.types ?? []),
    ]),
  );
  const unread = Object.keys(eventSchemas).filter((type) => !read.has(type));
  expect(unread).toEqual(Object.keys(UNREAD));
});
