import type { EventPayload } from "@foyer/contract";
import type { Static } from "typebox";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { newId } from "../../platform/clock.ts";
import type { VisitListReply } from "./schema.ts";

/** 10:00 in Vietnam. */
const NOW = new Date("2026-03-10T03:00:00.000Z");
const MINUTE = 60_000;

let site: TestSite;
let staff: TestStaff;
let box: EnrolledBox;
beforeAll(async () => {
  site = await openTestSite({ startsAt: NOW });
  staff = await site.addOwner();
  box = await staff.addBox((await staff.addBranch({ name: "Hồ Gươm" })).id);
});
afterAll(() => site?.close());

const at = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE);

/** A visit of a device, told to have ended at these moments one after the other. */
const endVisit = async (startedAt: Date, ends: { endedAt: Date; toldAt: Date }[]) => {
  const ids = { visitId: newId(), deviceId: newId(), guestId: null };
  const used = { sessions: 1, connectedSeconds: 60, uploadBytes: 0, downloadBytes: 0 };
  const start = { ...ids, source: "wifi" as const, startedAt: startedAt.toISOString() };
  const events = ends.map(({ endedAt, toldAt }) => {
    const payload: EventPayload<"visit.ended"> = {
      ...{ ...ids, ...used, startedAt: startedAt.toISOString() },
      endedAt: endedAt.toISOString(),
    };
    return box.write("visit.ended", payload, toldAt);
  });
  await box.push([box.write("visit.started", start, startedAt), ...events]);
  type List = Static<typeof VisitListReply>;
  const { visits } = await askUntil(
    () => staff.get<List>("/api/v1/visits"),
    ({ visits: told }) => told.some(({ id, endedAt }) => id === ids.visitId && endedAt !== null),
  );
  const found = visits.find(({ id }) => id === ids.visitId);
  return [found?.startedAt, found?.endedAt];
};

const texts = (...moments: Date[]) => moments.map((each) => each.toISOString());

test("a visit that a clock tells to have ended before it began has no length, and not less", async () => {
  const told = await endVisit(at(-30), [{ endedAt: at(-90), toldAt: at(-85) }]);
  expect(told).toEqual(texts(at(-30), at(-30)));
});

test("the last word on an end is the box's by its own count, though its clock was put back between", async () => {
  const told = await endVisit(at(-200), [
    { endedAt: at(-20), toldAt: at(-15) },
    { endedAt: at(-75), toldAt: at(-70) },
  ]);
  expect(told).toEqual(texts(at(-200), at(-75)));
});
