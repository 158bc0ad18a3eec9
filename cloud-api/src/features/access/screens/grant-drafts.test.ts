import { expect, test } from "vitest";
import { newDraft, readDrafts, toDraft } from "./grant-drafts.ts";
import type { Grant } from "./roles.ts";

const GRANTS: Grant[] = [
  { role: "owner", ownRoleId: null, scope: { kind: "tenant" } },
  { role: null, ownRoleId: "r", scope: { kind: "brand", brandId: "b" } },
  { role: "cashier", ownRoleId: null, scope: { kind: "branches", branchIds: ["x", "y"] } },
];

test("grants that are opened and saved untouched are the same", () => {
  expect(readDrafts(GRANTS.map(toDraft))).toEqual(GRANTS);
});

test("a role whose brand or branches are not chosen yet cannot be saved", () => {
  const draft = newDraft("viewer");
  expect(readDrafts([draft])).toEqual([{ ...GRANTS[0], role: "viewer" }]);
  expect(readDrafts([draft, { ...newDraft("viewer"), kind: "brand" }])).toBeNull();
  expect(readDrafts([{ ...newDraft("viewer"), kind: "branches" }])).toBeNull();
});
