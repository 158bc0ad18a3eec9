import type { AccessPolicy } from "@foyer/contract";
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

describe("the choice of an access policy", () => {
  const regular = policy("regular", { visitNumberMin: 5 });
  const anonymous = policy("anonymous", { methods: ["click-through"] });
  const everybody = policy("everybody", {});

  test("part of MC-2.7: five or more visits fits at the fifth visit, not the fourth", () => {
    const policies = [regular, everybody];
    expect(choosePolicy(policies, { method: "returning", visitNumber: 4 })).toBe(everybody);
    expect(choosePolicy(policies, { method: "returning", visitNumber: 5 })).toBe(regular);
  });

  test("the first that fits is taken, in the branch's order", () => {
    const logIn = { method: "click-through", visitNumber: 9 } as const;
    expect(choosePolicy([anonymous, regular], logIn)).toBe(anonymous);
    expect(choosePolicy([regular, anonymous], logIn)).toBe(regular);
  });

  test("a log-in that none fits gets none", () => {
    expect(choosePolicy([anonymous], { method: "phone-code", visitNumber: 1 })).toBeNull();
  });
});
