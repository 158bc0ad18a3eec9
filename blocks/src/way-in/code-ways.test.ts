import type { CodeChannel } from "@foyer/contract";
import { expect, test } from "vitest";
import { codeWaysOf, offersSms } from "./code-ways.ts";

const step = (senderId: string, way?: "zalo" | "sms" | "email") => ({
  ...{ senderId, timeoutSeconds: 10 },
  ...(way && { way }),
});
const cloud = (...steps: ReturnType<typeof step>[]): CodeChannel => ({ kind: "cloud", steps });
const gateway = { kind: "http-gateway" } as CodeChannel;

test("the first channel that reaches a number says by what its code comes", () => {
  const mixed = [cloud(step("a", "email"), step("b", "zalo"), step("c", "sms")), gateway];
  expect(codeWaysOf(mixed)).toEqual({ first: "zalo", others: ["sms"] });
  expect(codeWaysOf([gateway])).toEqual({ first: "sms", others: [] });
  expect(codeWaysOf([cloud(step("a"), step("b", "sms"))]).first).toBeNull();
  expect(codeWaysOf([{ kind: "outbox" }, cloud(step("a", "zalo"))]).first).toBeNull();
});

test("SMS is offered where Zalo comes first, and somebody sends SMS at all", () => {
  expect(offersSms([cloud(step("a", "zalo"), step("b", "sms"))])).toBe(true);
  expect(offersSms([cloud(step("a", "zalo")), gateway])).toBe(true);
  expect(offersSms([cloud(step("a", "zalo"))])).toBe(false);
  expect(offersSms([cloud(step("b", "sms"), step("a", "zalo"))])).toBe(false);
});
