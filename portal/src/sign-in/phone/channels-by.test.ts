import type { CodeChannel } from "@foyer/contract";
import { expect, test } from "vitest";
import { channelsBy } from "./channels-by.ts";

const step = (senderId: string, way?: "zalo" | "sms" | "email") => ({
  ...{ senderId, timeoutSeconds: 10 },
  ...(way && { way }),
});
const cloud = (...steps: ReturnType<typeof step>[]): CodeChannel => ({ kind: "cloud", steps });
const gateway = { kind: "http-gateway" } as CodeChannel;

test("a way that was chosen goes by its own channels alone, and by all where there is none", () => {
  const list = [cloud(step("a", "zalo"), step("b", "sms")), gateway];
  expect(channelsBy(list, "sms")).toEqual([cloud(step("b", "sms")), gateway]);
  expect(channelsBy(list, "email")).toEqual(list);
  expect(channelsBy([cloud(step("a", "zalo")), gateway], "sms")).toEqual([gateway]);
  expect(channelsBy(list, null)).toEqual(list);
});
