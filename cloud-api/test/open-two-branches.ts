import { afterAll, beforeAll, beforeEach } from "vitest";
import { type EnrolledBox, openTestSite, type TestSite, type TestStaff } from "./open-test-site.ts";

type Options = {
  startsAt?: Date;
  /** What the other branch is called. */
  otherName?: string;
};

/** Called beside the tests of a file: a site for all of them, and for each a new company with a box in each of two branches. */
export function openTwoBranches({ otherName = "Tây Hồ", ...options }: Options = {}) {
  let site: TestSite;
  let staff: TestStaff;
  let box: EnrolledBox;
  let other: EnrolledBox;
  beforeAll(async () => {
    site = await openTestSite(options);
  });
  beforeEach(async () => {
    staff = await site.addOwner();
    box = await staff.addBox((await staff.addBranch({ name: "Hồ Gươm" })).id);
    other = await staff.addBox((await staff.addBranch({ name: otherName })).id);
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
