import { expect, test } from "vitest";
import { openPushGate } from "./limits.ts";

test("a box that sends without end is asked for patience, and no other is", () => {
  let now = 0;
  const gate = openPushGate(() => new Date(now));
  const push = (boxId: string, events = 1) => gate.admit({ boxId, events });
  for (let pushes = 0; pushes < 200; pushes += 1) push("a");
  expect(() => push("a")).toThrow(
    expect.objectContaining({ refusal: { code: "busy", retryAfterSeconds: 1 } }),
  );
  expect(() => push("b")).not.toThrow();
  now += 1000;
  expect(() => push("a")).not.toThrow();
});

test("a backlog of a million events is let through at its box's rate", () => {
  let now = 0;
  const gate = openPushGate(() => new Date(now));
  let sent = 0;
  while (sent < 1_000_000) {
    try {
      gate.admit({ boxId: "a", events: 2000 });
      sent += 2000;
    } catch (error) {
      const { retryAfterSeconds } = (error as { refusal: { retryAfterSeconds: number } }).refusal;
      now += retryAfterSeconds * 1000;
    }
  }
  expect(now / 1000).toBeLessThan(50);
});
