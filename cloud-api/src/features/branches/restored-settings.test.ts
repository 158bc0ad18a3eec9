import { type SettingsParts, writePartHashes } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";

/** What the box was told before the cloud was put back to a day before that. */
const LOST = 7;

let site: TestSite;
let staff: TestStaff;
let box: EnrolledBox;
let parts: SettingsParts;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  box = await staff.addBox((await staff.addBranch()).id);
  const first = await box.pull({ settingsParts: "" });
  if (!first?.settingsParts) throw new Error("The box was told no settings.");
  parts = first.settingsParts;
});
afterAll(() => site?.close());

const pull = async (settings: number, settingsParts = writePartHashes(parts.hashes)) =>
  (await box.pull({ settings, settingsParts }))?.settingsParts ?? null;
const findVersion = async () => {
  const { branches } = await staff.get<{ branches: { id: string; settingsVersion: number }[] }>(
    "/api/v1/branches",
  );
  return branches.find(({ id }) => id === box.branchId)?.settingsVersion;
};

test("a box that is ahead of a restored cloud is told what stands there, under a later version", async () => {
  const other = "0".repeat(64);
  const lost = writePartHashes({ ...parts.hashes, branch: other });
  const told = await pull(LOST, lost);
  expect(told).toMatchObject({ version: LOST + 1, hashes: parts.hashes });
  expect(Object.keys(told?.parts ?? {})).toEqual(["branch"]);
  expect(await findVersion()).toBe(LOST + 1);
  expect(await pull(LOST + 1)).toBeNull();
});

test("and the next change reaches it at once", async () => {
  await pull(LOST);
  const path = `/api/v1/branches/${box.branchId}`;
  expect((await staff.request("PATCH", path, { name: "Mới" })).status).toBe(200);
  expect(await pull(LOST + 1)).toMatchObject({
    version: LOST + 2,
    parts: { branch: { name: "Mới" } },
  });
});

test("two boxes that are ahead by as much are told the same version", async () => {
  const second = await staff.addBox(box.branchId);
  const tellOf = async (each: EnrolledBox) =>
    (await each.pull({ settings: LOST, settingsParts: "" }))?.settingsParts?.version;
  const versions = await Promise.all([box, second].map(tellOf));
  expect(versions).toEqual([LOST + 1, LOST + 1]);
});

test("a box that says so again and again, or is ahead beyond all that a back-up misses, moves nothing", async () => {
  expect(await pull(20_000)).toBeNull();
  expect(await pull(2 ** 31 - 1)).toBeNull();
  expect(await findVersion()).toBe(1);
  for (let lie = 1; lie <= 8; lie += 1) await pull(1000 * lie);
  expect(await findVersion()).toBe(3001);
  expect(
    (await staff.request("PATCH", `/api/v1/branches/${box.branchId}`, { name: "Mới" })).status,
  ).toBe(200);
});
