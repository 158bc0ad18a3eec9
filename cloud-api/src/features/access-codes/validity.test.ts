import { readBranchSettings } from "@foyer/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestSite, type TestSite, type TestStaff } from "../../../test/open-test-site.ts";
import type { BatchReply } from "./schema.ts";

const PATH = "/api/v1/access-code-batches";
const BATCH = { name: "Thẻ", count: 2, devicesMax: 1, minutes: 60, lastDay: null };

let site: TestSite;
let owner: TestStaff;
beforeAll(async () => {
  site = await openTestSite({ startsAt: new Date("2026-03-10T03:00:00.000Z") });
  owner = await site.addOwner();
});
afterAll(() => site?.close());

async function openBranch() {
  const branch = await owner.addBranch({ timeZone: "Asia/Ho_Chi_Minh" });
  const box = await owner.addBox(branch.id);
  const path = `/api/v1/branches/${branch.id}/access-policies`;
  const { policies } = await owner.get<{ policies: { id: string }[] }>(path);
  const make = (change: object) =>
    owner.request("POST", PATH, { ...BATCH, branchId: branch.id, ...change });
  return { branch, box, policyId: policies[0]?.id ?? "", make };
}

test("part of MC-1.5: codes work from the first day's beginning on the branch's clock, under the policy they name", async () => {
  const { box, policyId, make } = await openBranch();
  const made = await make({ firstDay: "2026-03-12", lastDay: "2026-03-12", policyId });
  const span = { validFrom: "2026-03-11T17:00:00.000Z", validUntil: "2026-03-12T17:00:00.000Z" };
  expect(made).toMatchObject({ status: 201, body: { ...span, policyId } });
  const read = readBranchSettings((await box.pull())?.settings);
  if (read.kind === "invalid") throw new Error(read.reason);
  expect(read.settings.accessCodes).toMatchObject([
    { ...span, policyId },
    { ...span, policyId },
  ]);
});

test("without a first day and a policy, codes work at once under the first policy that fits", async () => {
  const { make } = await openBranch();
  const made = (await make({})).body as BatchReply;
  expect(made).toMatchObject({ validFrom: null, validUntil: null, policyId: null });
});

test("a first day after the last, and a policy of another branch, are refused with the field", async () => {
  const { make } = await openBranch();
  const late = await make({ firstDay: "2026-03-13", lastDay: "2026-03-12" });
  expect(late).toMatchObject({ status: 400, body: { field: "/firstDay" } });
  const foreign = await make({ policyId: "01990000-0000-7000-8000-000000000999" });
  expect(foreign).toMatchObject({ status: 400, body: { field: "/policyId" } });
});
