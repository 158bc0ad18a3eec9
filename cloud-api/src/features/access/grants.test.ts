import { describe, expect, test } from "vitest";
import { features } from "../../features.ts";
import { findReach, type Grant, type Role, type Scope } from "../../platform/rights.ts";
import { collectPermissions } from "../../start.ts";
import { addGrants, findGrantFault, findStrongestRole } from "./grants.ts";

const permissions = collectPermissions(features);
const EVERYWHERE: Scope = { kind: "tenant" };
const A: Scope = { kind: "branches", branchIds: ["a"] };
const AB: Scope = { kind: "branches", branchIds: ["a", "b"] };
const BRAND: Scope = { kind: "brand", brandId: "x" };
const as = (role: Role, scope: Scope = EVERYWHERE): Grant => ({ role, scope });
const own = (held: string[], scope: Scope = EVERYWHERE): Grant => ({
  role: null,
  ownRole: { id: held.join(), name: "Own", permissions: held },
  scope,
});

describe("how far rights reach", () => {
  test("is the sum of the scopes in which somebody holds the permission, and of no others", () => {
    const grants = [as("viewer", BRAND), as("manager", A), as("cashier", AB)];
    expect(findReach(grants, "visits.read", permissions)).toEqual({
      kind: "some",
      brandIds: ["x"],
      branchIds: ["a", "a", "b"],
    });
    expect(findReach(grants, "branches.edit", permissions)).toEqual({
      kind: "some",
      brandIds: [],
      branchIds: ["a"],
    });
    expect(findReach([...grants, as("viewer")], "visits.read", permissions)).toEqual(EVERYWHERE);
    expect(findReach([...grants, as("viewer")], "branches.edit", permissions)).toMatchObject({
      branchIds: ["a"],
    });
  });

  test("is nowhere for what belongs to the whole company, unless the role is over all of it", () => {
    expect(findReach([as("admin", BRAND)], "tenant.edit", permissions)).toBeNull();
    expect(findReach([as("admin")], "tenant.edit", permissions)).toEqual(EVERYWHERE);
  });

  test("is nowhere without a grant, and for a permission that no feature gives", () => {
    expect(findReach([], "visits.read", permissions)).toBeNull();
    expect(findReach([own(["gone.read"])], "gone.read", permissions)).toBeNull();
  });

  test("comes from the single permissions of a role of one's own", () => {
    const grants = [own(["visits.read"], A)];
    expect(findReach(grants, "visits.read", permissions)).toMatchObject({ branchIds: ["a"] });
    expect(findReach(grants, "branches.read", permissions)).toBeNull();
  });

  test("never passes an owner's, and an admin repairs no log", () => {
    for (const name of permissions.keys())
      expect(findReach([as("owner")], name, permissions), name).toEqual(EVERYWHERE);
    expect(findReach([as("admin")], "log.repair", permissions)).toBeNull();
  });
});

describe("whoever gives a role", () => {
  test("gives nothing that they do not hold in the whole company", () => {
    const fault = (giver: Grant[], given: Grant[]) =>
      findGrantFault({ giver, given }, permissions) === null;
    expect(fault([as("owner")], [as("owner")])).toBe(true);
    expect(fault([as("admin")], [as("owner")])).toBe(false);
    expect(fault([as("admin")], [as("admin"), as("cashier", A)])).toBe(true);
    expect(fault([as("admin")], [own(["log.repair"])])).toBe(false);
    const hr = [own(["staff.read", "staff.edit"]), as("viewer", A)];
    expect(fault(hr, [as("viewer", A)])).toBe(false);
    expect(fault(hr, [own(["staff.read"], A)])).toBe(true);
  });
});

describe("an invitation of somebody who belongs already", () => {
  const added = (held: Grant[], given: Grant[]) => addGrants({ held, given }, permissions);

  test("adds what they lack and replaces what is part of it", () => {
    expect(added([as("viewer")], [as("manager")])).toEqual([as("manager")]);
    expect(added([as("viewer", A)], [as("viewer", AB)])).toEqual([as("viewer", AB)]);
    expect(added([as("manager", A)], [as("viewer", BRAND)])).toEqual([
      as("manager", A),
      as("viewer", BRAND),
    ]);
  });

  test("that adds nothing is none", () => {
    expect(added([as("owner")], [as("viewer"), own(["log.repair"])])).toBeNull();
    expect(added([as("viewer", AB)], [as("viewer", A)])).toBeNull();
    expect(added([as("manager")], [as("viewer", BRAND)])).toBeNull();
  });
});

test("the strongest role names somebody; a role of one's own has no rank", () => {
  expect(findStrongestRole([as("viewer"), as("manager", A)])).toBe("manager");
  expect(findStrongestRole([own(["visits.read"])])).toBeNull();
});
