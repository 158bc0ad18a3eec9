import type { AccessPolicy, GuestMarks, SignInMethod } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { choosePolicy } from "./policy.ts";

const policy = (name: string, when: Partial<AccessPolicy["when"]>): AccessPolicy => ({
  id: name,
  name,
  when: { methods: [], visitNumberMin: null, ...when },
  sessionSeconds: 3600,
  idleSeconds: null,
  uploadKbps: null,
  downloadKbps: 5000,
  sessionBytes: 1000,
});

const UNMARKED: GuestMarks = { groups: [], tags: [], tier: null };

function logIn(
  method: SignInMethod,
  visitNumber: number,
  marks: Partial<GuestMarks> = {},
): Parameters<typeof choosePolicy>[1] {
  return { method, visitNumber, marks: { ...UNMARKED, ...marks } };
}

describe("the choice of an access policy", () => {
  const regular = policy("regular", { visitNumberMin: 5 });
  const anonymous = policy("anonymous", { methods: ["click-through"] });
  const everybody = policy("everybody", {});
  const vip = policy("vip", { groups: ["vip", "staff"] });
  const writers = policy("writers", { tags: ["writes-reviews"] });
  const gold = policy("gold", { tiers: ["gold"] });

  test("part of MC-2.7: five or more visits fits at the fifth visit, not the fourth", () => {
    const policies = [regular, everybody];
    expect(choosePolicy(policies, logIn("returning", 4))).toBe(everybody);
    expect(choosePolicy(policies, logIn("returning", 5))).toBe(regular);
  });

  test("the last visit a policy names is in it, and the one after it is not", () => {
    const policies = [policy("newcomers", { visitNumberMin: 2, visitNumberMax: 3 }), everybody];
    const chosen = [1, 2, 3, 4].map((visit) => choosePolicy(policies, logIn("returning", visit)));
    expect(chosen.map((each) => each?.id)).toEqual([
      "everybody",
      "newcomers",
      "newcomers",
      "everybody",
    ]);
  });

  test("the first that fits is taken, in the branch's order", () => {
    const ninth = logIn("click-through", 9);
    expect(choosePolicy([anonymous, regular], ninth)).toBe(anonymous);
    expect(choosePolicy([regular, anonymous], ninth)).toBe(regular);
  });

  test("part of MC-2.6: any one of the groups, tags or tiers that a policy names fits", () => {
    const policies = [vip, writers, gold, everybody];
    const idOf = (marks: Partial<GuestMarks>) =>
      choosePolicy(policies, logIn("returning", 1, marks))?.id;
    expect(idOf({ groups: ["staff"] })).toBe("vip");
    expect(idOf({ groups: ["others"], tags: ["vegetarian", "writes-reviews"] })).toBe("writers");
    expect(idOf({ tier: "gold" })).toBe("gold");
    expect(idOf({ tier: "silver" })).toBe("everybody");
  });

  test("each condition has to fit: a group alone is not enough where a visit is asked for too", () => {
    const both = policy("both", { groups: ["vip"], visitNumberMin: 3, methods: ["returning"] });
    const policies = [both, everybody];
    expect(choosePolicy(policies, logIn("returning", 2, { groups: ["vip"] }))).toBe(everybody);
    expect(choosePolicy(policies, logIn("phone-code", 3, { groups: ["vip"] }))).toBe(everybody);
    expect(choosePolicy(policies, logIn("returning", 3))).toBe(everybody);
    expect(choosePolicy(policies, logIn("returning", 3, { groups: ["vip"] }))).toBe(both);
  });

  test("a guest without marks gets no policy that asks for one", () => {
    expect(choosePolicy([vip, writers, gold], logIn("returning", 9))).toBeNull();
  });

  test("an empty list asks for nothing, as one that is absent", () => {
    const open = policy("open", { groups: [], tags: [], tiers: [], visitNumberMax: null });
    expect(choosePolicy([open], logIn("returning", 1))).toBe(open);
  });

  test("a log-in that none fits gets none", () => {
    expect(choosePolicy([anonymous], logIn("phone-code", 1))).toBeNull();
  });
});
