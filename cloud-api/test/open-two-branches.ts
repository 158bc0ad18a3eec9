import { afterAll, beforeAll, beforeEach } from "vitest";
import { type EnrolledBox, openTestSite, type TestSite, type TestStaff } from "./open-test-site.ts";

/** Called beside the tests of a file: a site for all of them, and for each a new company with a box in each of two branches. */
export function openTwoBranches() {
  let site: TestSite;
  let staff: TestStaff;
  let box: EnrolledBox;
  let other: EnrolledBox;
  beforeAll(async () => {
    site = await openTestSite();
  });
  beforeEach(async () => {
    staff = await site.addOwner();
    box = await staff.addBox((await staff.addBranch({ name: "Hồ Gươm" })).id);
    other = await staff.addBox((await staff.addBranch({ name: "Tây Hồ" })).id);
  });
  afterAll(() => site?.close());
  return {
    get site() {
      return site;
    },
    get staff() {
      return staff;
    },
    get box() {
      return box;
    },
    get other() {
      return other;
    },
  };
}
