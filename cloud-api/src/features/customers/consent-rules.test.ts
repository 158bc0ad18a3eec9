import { ConsentWaySchema } from "@foyer/contract";
import { expect, test } from "vitest";
import { isConsentMethod, listRevocableActs } from "./consent-rules.ts";

const act = (purpose: string, channel: string | null, given = true) => ({
  ...{ purpose, channel, given },
});

test("what stands by an act may be taken back, of messages channel by channel, and never the terms", () => {
  const all = act("marketing", null);
  const zalo = act("marketing", "zalo");
  expect(listRevocableActs([all, act("terms", null)])).toEqual([all]);
  expect(listRevocableActs([act("marketing", "sms", false), all])).toEqual([all]);
  expect(listRevocableActs([zalo, act("marketing", null, false), all])).toEqual([zalo]);
  const each = [act("marketing", "sms", false), act("marketing", "email"), zalo];
  expect(listRevocableActs([...each, all])).toEqual([each[1], zalo]);
  expect(listRevocableActs([act("ads", null, false), act("ads", null)])).toEqual([]);
});

test("there are words for each way in which a guest says it at a box", () => {
  for (const { const: way } of ConsentWaySchema.anyOf) expect(isConsentMethod(way), way).toBe(true);
  expect(isConsentMethod("fax")).toBe(false);
});
