import type { Static } from "typebox";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { OverviewReply, VisitListReply } from "../src/features/visits/schema.ts";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "./open-test-site.ts";

/** 10:00 in Vietnam. */
const NOW = new Date("2026-03-10T03:00:00.000Z");
const HALF_HOUR = 30 * 60_000;
const DAY = 48 * HALF_HOUR;

type VisitList = Static<typeof VisitListReply>;

/** Called beside the tests of a file: a site for all of them, and for each a new company with one branch and its box. */
export function openVisits() {
  let site: TestSite;
  let staff: TestStaff;
  let branchId: string;
  let box: EnrolledBox;
  beforeAll(async () => {
    site = await openTestSite({ startsAt: NOW });
  });
  beforeEach(async () => {
    staff = await site.addOwner();
    branchId = (await staff.addBranch({ name: "Hồ Gươm" })).id;
    box = await staff.addBox(branchId);
  });
  afterAll(() => site?.close());
  const list = (query = "") => staff.get<VisitList>(`/api/v1/visits${query}`);
  const ago = (milliseconds: number) => new Date(NOW.getTime() - milliseconds);
  return {
    get site() {
      return site;
    },
    get staff() {
      return staff;
    },
    get branchId() {
      return branchId;
    },
    get box() {
      return box;
    },
    list,
    ago,
    overview: (query = "") => staff.get<Static<typeof OverviewReply>>(`/api/v1/overview${query}`),
    /** Once there are so many. */
    listed: (count: number, query = "") =>
      askUntil(
        () => list(query),
        ({ total }) => total === count,
      ),
    /** A visit that began so long ago and lasted half an hour. */
    halfHour: (guest: { guestId: string | null; deviceId: string }, before: number) => {
      const startedAt = ago(before);
      const endedAt = new Date(startedAt.getTime() + HALF_HOUR);
      return box.visit({ ...guest, startedAt, endedAt }).events;
    },
    lan: (at = ago(20 * DAY)) => {
      const { events, ...ids } = box.signIn({ phone: "+84912345678", name: "Lan", at });
      return { events, ids };
    },
  };
}
