import type { NasSight } from "@foyer/contract";
import { expect, test } from "vitest";
import { listSteps, mergeSights } from "./nas-steps.ts";

const NAS = "01990000-0000-7000-8000-0000000000aa";
const sight = (some: Partial<NasSight> = {}): NasSight => ({
  ...{ nasId: NAS, requestAt: null, rightAt: null, wrongSecretAt: null, letInAt: null },
  ...{ redirectAt: null, accountingAt: null, refusals: [], ...some },
});
const statesOf = (kind: "coova" | "radius" | "unifi", seen: NasSight | null, isTold = true) => {
  const nas = kind === "unifi" ? { kind } : { kind, radiusSecret: "x" };
  return listSteps(nas, { sight: seen, isTold }).map(({ name, state }) => `${name} ${state}`);
};

test("one that redirects and asks RADIUS has six steps, all to come at first", () => {
  expect(statesOf("coova", null, false)).toEqual([
    ...["told waiting", "heard waiting", "secret waiting", "redirect waiting"],
    ...["let-in waiting", "accounting waiting"],
  ]);
});

test("one without a page redirects nobody, and one without RADIUS asks nothing", () => {
  expect(statesOf("radius", null).some((each) => each.startsWith("redirect"))).toBe(false);
  expect(statesOf("unifi", null)).toEqual([
    ...["told done", "redirect waiting", "let-in waiting", "accounting waiting"],
  ]);
});

test("another secret is wrong until a right one comes, and again when that is changed", () => {
  const at = (minute: number) => `2026-03-01T02:0${minute}:00.000Z`;
  const of = (some: Partial<NasSight>) => statesOf("radius", sight({ requestAt: at(1), ...some }));
  expect(of({ wrongSecretAt: at(1) })).toContain("secret wrong");
  expect(of({ wrongSecretAt: at(1), rightAt: at(2) })).toContain("secret done");
  expect(of({ wrongSecretAt: at(3), rightAt: at(2) })).toContain("secret wrong");
});

test("of two boxes the later moment counts", () => {
  const [early, late] = ["2026-03-01T02:01:00.000Z", "2026-03-01T02:02:00.000Z"];
  const merged = mergeSights([
    sight({ requestAt: late }),
    sight({ requestAt: early, rightAt: early }),
  ]);
  expect(merged).toMatchObject({ requestAt: late, rightAt: early });
  expect(mergeSights([])).toBeNull();
});
