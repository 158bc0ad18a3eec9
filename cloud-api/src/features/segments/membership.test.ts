import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import {
  all,
  openSegmentPlace,
  type SegmentPlace,
  visitedWithin,
  visitsOf,
} from "../../../test/segment-place.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { features } from "../../features.ts";
import { newId } from "../../platform/clock.ts";
import { run, sql } from "../../platform/db.ts";
import { replayFeature } from "../../platform/set-aside.ts";
import { checkMembers, fireDue, judgeNext } from "./jobs.ts";
import { listJudgings } from "./judging-queries.ts";
import { judgeAnew } from "./settle.ts";

const HOUR = 3_600_000;
const DAY_SECONDS = 86_400;

let cloud: TestCloud;
let place: SegmentPlace;
beforeAll(async () => {
  cloud = await openTestCloud({ startsAt: new Date("2026-03-01T05:00:00Z") });
});
beforeEach(async () => {
  place = await openSegmentPlace(cloud);
});
afterAll(() => cloud?.close());

const execute = (text: string) => place.query(text);
const mark = (kind: string, id: string, customerId: string) =>
  cloud.database.changeTenant(place.tenantId, async (tx) => {
    await run(
      tx,
      sql`insert into customer_marks (tenant_id, customer_id, mark_id, kind)
          values (${tx.tenantId}, ${customerId}, ${id}, ${kind})`,
    );
    const payload = kind === "tag" ? { tagId: id } : { groupId: id };
    const type = kind === "tag" ? "customer.tagged" : "customer.group-changed";
    return { result: null, events: [cloudEvent(type, { customerId, ...payload })] };
  });
const cloudEvent = (type: string, payload: Record<string, unknown>) => ({
  ...{ id: newId(), type, version: 1, occurredAt: cloud.clock(), payload },
  ...{ branchId: null, origin: null, personal: {} },
});
const addMark = async (kind: string, parentId: string | null = null) => {
  const id = newId();
  await execute(`insert into marks (tenant_id, id, kind, name, parent_id, created_at)
    values ($tenant, '${id}', '${kind}', '${id}', ${parentId ? `'${parentId}'` : "null"}, now())`);
  return id;
};

describe("what happens to a customer", () => {
  test("part of MC-2.8: the third visit makes a member and one event of it, told twice or not", async () => {
    const regulars = await place.make(all(visitsOf(3)));
    const lan = await place.meet("+84911111111");
    await place.visit(lan, 50);
    await place.visit(lan, 30);
    expect(await place.members(regulars)).toEqual([]);
    const startedAt = new Date(cloud.clock().getTime() - HOUR);
    const third = place.box.visit({ ...lan, startedAt, endedAt: cloud.clock() }).events;
    await place.push(third);
    expect(await place.members(regulars)).toEqual([lan.customerId]);
    await place.push(third);
    await place.visit(lan, 10);
    expect(await place.told()).toEqual([
      {
        ...{ type: "segment.entered", segmentId: regulars, customerId: lan.customerId },
        cause: "event",
      },
    ]);
    expect(await place.compare()).toMatchObject([{ count: 1 }]);
  });

  test("a guest who turns out to be another customer takes their visits out of the first's segments", async () => {
    const regulars = await place.make(all(visitsOf(1)));
    const lan = await place.meet("+84911111112");
    await place.visit(lan, 5);
    expect(await place.members(regulars)).toEqual([lan.customerId]);
    const again = place.box.signIn({ ...lan, phone: "+84911111113", at: cloud.clock() });
    await place.push(again.events);
    const [{ fitting, kept, count } = { fitting: [], kept: [], count: 0 }] = await place.compare();
    expect(kept).toEqual(fitting);
    expect(kept).not.toContain(lan.customerId);
    expect(count).toBe(1);
    expect((await place.told()).map(({ type }) => type).toSorted()).toEqual([
      ...["segment.entered", "segment.entered", "segment.left"],
    ]);
  });

  test("who is forgotten leaves every segment, and nothing is awaited of them", async () => {
    const here = await place.make(all(visitedWithin(30)));
    const absent = await place.make({ kind: "none", of: [visitedWithin(30)] });
    const lan = await place.meet("+84911111114");
    await place.visit(lan, 5);
    expect(await place.members(here)).toEqual([lan.customerId]);
    const ids = { guestId: lan.guestId, deviceId: lan.deviceId, nasId: NAS_ID };
    const asked = { ...ids, requestId: newId(), language: "vi" as const };
    await place.push([place.box.write("guest.deletion-requested", asked, cloud.clock())]);
    expect(await place.members(here)).toEqual([]);
    expect(await place.members(absent)).toEqual([]);
    expect(await execute("select * from segment_due where tenant_id = $tenant")).toEqual([]);
    expect((await place.told()).at(-1)).toMatchObject({ type: "segment.left", segmentId: here });
  });

  test("part of MC-2.14: a tag brings a customer into the segments that name it and those that name these", async () => {
    const [vip, other] = [await addMark("tag"), await addMark("tag")];
    const tagged = await place.make(all({ kind: "mark", mark: "tag", has: "any", ids: [vip] }));
    const named = await place.make(all({ kind: "segment", id: tagged, member: true }));
    const rest = await place.make(all({ kind: "segment", id: named, member: false }));
    const lan = await place.meet("+84911111115");
    await mark("tag", other, lan.customerId);
    await cloud.follow(place.tenantId);
    expect(await place.members(rest)).toEqual([lan.customerId]);
    await mark("tag", vip, lan.customerId);
    await cloud.follow(place.tenantId);
    expect(await place.members(tagged)).toEqual([lan.customerId]);
    expect(await place.members(named)).toEqual([lan.customerId]);
    expect(await place.members(rest)).toEqual([]);
  });
});

describe("time that passes", () => {
  test("takes a customer out at the moment, not before, and brings another in", async () => {
    const recent = await place.make(all(visitedWithin(30)));
    const gone = await place.make({ kind: "none", of: [visitedWithin(30)] });
    const lan = await place.meet("+84911111121");
    await place.visit(lan, 24);
    await place.runJobs();
    const due = await execute("select due_at from segment_due where tenant_id = $tenant");
    expect(due).toEqual([{ due_at: new Date(cloud.clock().getTime() + 29 * 24 * HOUR) }]);
    // The alarm of the worker is set for it.
    expect(
      await execute(`select run_at from graphile_worker.jobs
        where key = $tenant || ':segments.fire-due:due'`),
    ).toEqual([{ run_at: new Date(cloud.clock().getTime() + 29 * 24 * HOUR) }]);
    cloud.passSeconds(29 * DAY_SECONDS - 1);
    expect(await fireDue(cloud.jobContext, place.tenantId)).toBe("done");
    expect(await place.members(recent)).toEqual([lan.customerId]);
    cloud.passSeconds(1);
    await fireDue(cloud.jobContext, place.tenantId);
    expect(await place.members(recent)).toEqual([]);
    expect(await place.members(gone)).toEqual([lan.customerId]);
    expect((await place.told()).slice(-2)).toEqual([
      { type: "segment.left", segmentId: recent, customerId: lan.customerId, cause: "time" },
      { type: "segment.entered", segmentId: gone, customerId: lan.customerId, cause: "time" },
    ]);
    await fireDue(cloud.jobContext, place.tenantId);
    expect(await execute("select * from segment_due where tenant_id = $tenant")).toEqual([]);
  });

  test("judges once though the alarm and an event come at the same moment", async () => {
    const recent = await place.make(all(visitedWithin(1)));
    const guests = [];
    for (const phone of ["+84911111131", "+84911111132"]) {
      const guest = await place.meet(phone);
      await place.visit(guest, 23);
      guests.push(guest);
    }
    cloud.passSeconds(2 * 3600);
    const again = guests.map((guest) => place.visit(guest, 0.5));
    const alarms = [1, 2].map(() => fireDue(cloud.jobContext, place.tenantId));
    await Promise.all([...again, ...alarms]);
    await place.runJobs();
    const [{ kept, fitting, count } = { kept: [], fitting: [], count: 0 }] = await place.compare();
    expect(kept).toHaveLength(2);
    expect(kept).toEqual(fitting);
    expect(count).toBe(2);
    // Whoever left came back: in turns, each time once.
    const told = await place.told();
    for (const { customerId } of guests) {
      const own = told.filter((each) => each.customerId === customerId).map(({ type }) => type);
      expect(own).toEqual(own.map((_, i) => (i % 2 === 0 ? "segment.entered" : "segment.left")));
      expect(own.length % 2).toBe(1);
    }
    expect(await place.members(recent)).toHaveLength(2);
  }, 120_000);
});

describe("a definition that changes", () => {
  const change = (id: string, tree: unknown) =>
    execute(`update segments set tree = '${JSON.stringify(tree)}'
      where tenant_id = $tenant and id = '${id}'`);

  test("has everybody judged in the background, tells of nobody by name, and says when it is through", async () => {
    const guests = [];
    for (const phone of ["+84911111141", "+84911111142"]) guests.push(await place.meet(phone));
    const everybody = await place.make(
      all({ kind: "field", field: "phone", test: { is: "known" } }),
      {
        judged: false,
      },
    );
    const read = () => cloud.database.readTenant(place.tenantId, listJudgings);
    expect(await read()).toMatchObject([{ segmentId: everybody, done: 0 }]);
    expect(await place.members(everybody)).toEqual([]);
    await place.runJobs();
    expect(await read()).toEqual([]);
    expect(await place.members(everybody)).toEqual(
      guests.map((each) => each.customerId).toSorted(),
    );
    expect(await place.told()).toEqual([]);
    const judged = await execute(
      "select payload from events where tenant_id = $tenant and type = 'segment.judged'",
    );
    expect(judged).toEqual([{ payload: { segmentId: everybody, customers: 2 } }]);
  });

  test("is by its new definition for those who were judged by it, and silent for the others", async () => {
    const lan = await place.meet("+84911111143");
    const once = await place.make(all(visitsOf(1)), { judged: false });
    // Nobody has been judged: her first visit finds her not a member by any definition.
    await place.visit(lan, 2);
    expect(await place.members(once)).toEqual([lan.customerId]);
    expect(await place.told()).toEqual([]);
    await place.runJobs();
    expect(await place.told()).toEqual([]);
    expect(await place.compare()).toMatchObject([{ count: 1, kept: [lan.customerId] }]);
  });

  test("of a group that moves, or a mark or time zone that goes, judges everybody anew", async () => {
    const [outer, inner] = [await addMark("group"), await addMark("group")];
    const tag = await addMark("tag");
    const grouped = await place.make(
      all({ kind: "mark", mark: "group", has: "any", ids: [outer] }),
    );
    const untagged = await place.make(all({ kind: "mark", mark: "tag", has: "none", ids: [tag] }));
    const lan = await place.meet("+84911111144");
    await mark("group", inner, lan.customerId);
    await mark("tag", tag, lan.customerId);
    await cloud.follow(place.tenantId);
    expect(await place.members(grouped)).toEqual([]);
    expect(await place.members(untagged)).toEqual([]);
    await execute(`update marks set parent_id = '${outer}' where id = '${inner}'`);
    await execute(`delete from marks where id = '${tag}'`);
    await cloud.database.changeTenant(place.tenantId, async () => ({
      result: null,
      events: [
        cloudEvent("group.moved", { groupId: inner }),
        cloudEvent("tag.removed", { tagId: tag }),
      ],
    }));
    await cloud.follow(place.tenantId);
    await place.runJobs();
    expect(await place.members(grouped)).toEqual([lan.customerId]);
    expect(await place.members(untagged)).toEqual([lan.customerId]);
  });

  test("of the zone of a branch judges anew by its clock", async () => {
    // Five in the morning of Greenwich is noon in Ho Chi Minh City and eleven at night in Los Angeles.
    const noon = { hours: { from: "09:00", to: "15:00" } };
    const atNoon = await place.make(all({ kind: "visit-count", count: { min: 1 }, visits: noon }));
    const lan = await place.meet("+84911111145");
    const hours = (cloud.clock().getTime() - Date.parse("2026-03-01T05:00:00Z")) / HOUR;
    await place.visit(lan, hours);
    await cloud.database.changeTenant(place.tenantId, async () => ({
      ...{ result: null, events: [cloudEvent("branch.changed", { settingsVersion: 2 })] },
    }));
    await cloud.follow(place.tenantId);
    expect(await place.members(atNoon)).toEqual([lan.customerId]);
    await execute(
      "update branches set time_zone = 'America/Los_Angeles' where tenant_id = $tenant",
    );
    await cloud.database.changeTenant(place.tenantId, async () => ({
      ...{ result: null, events: [cloudEvent("branch.changed", { settingsVersion: 3 })] },
    }));
    await cloud.follow(place.tenantId);
    await place.runJobs();
    expect(await place.members(atNoon)).toEqual([]);
  });

  test("again begins with the first customer, wherever the judging was", async () => {
    const lan = await place.meet("+84911111146");
    await place.visit(lan, 2);
    const id = await place.make(all(visitsOf(1)));
    await change(id, all(visitsOf(2)));
    await cloud.database.inTenant(place.tenantId, async (tx) => {
      await judgeAnew(tx, [id]);
    });
    await place.runJobs();
    expect(await place.compare()).toMatchObject([{ count: 0, kept: [], fitting: [] }]);
  });
});

describe("what may have gone wrong", () => {
  test("is found by the nightly check against the statement, mended and told", async () => {
    const id = await place.make(all(visitsOf(1)));
    const [lan, minh] = [await place.meet("+84911111151"), await place.meet("+84911111152")];
    await place.visit(lan, 2);
    expect(await checkMembers(cloud.jobContext, place.tenantId)).toBe(0);
    await execute(`delete from segment_members where tenant_id = $tenant`);
    await execute(`insert into segment_members (tenant_id, segment_id, customer_id, since)
      values ($tenant, '${id}', '${minh.customerId}', now())`);
    await execute(`update segments set members = 7 where tenant_id = $tenant`);
    expect(await checkMembers(cloud.jobContext, place.tenantId)).toBe(2);
    expect(await place.compare()).toMatchObject([{ count: 1, kept: [lan.customerId] }]);
    expect((await place.told()).slice(-2).map(({ type, cause }) => [type, cause])).toEqual([
      ["segment.left", "check"],
      ["segment.entered", "check"],
    ]);
    expect(await checkMembers(cloud.jobContext, place.tenantId)).toBe(0);
  });

  test.each([["customers"], ["visits"], ["segments"]])(
    "nobody leaves while %s reads the log again, and everybody is judged after it",
    async (feature) => {
      const id = await place.make(all(visitedWithin(2)));
      const lan = await place.meet("+84911111161");
      await place.visit(lan, 2);
      const before = await place.told();
      const options = { database: cloud.database, followers: features, log: cloud.jobContext.log };
      await replayFeature(options, { tenant: place.tenantId, feature });
      // The alarm and the judging leave what is not whole alone.
      expect(await fireDue(cloud.jobContext, place.tenantId)).toBe("replaying");
      expect(await judgeNext(cloud.jobContext, place.tenantId)).toBe("replaying");
      await cloud.follow(place.tenantId);
      await place.runJobs();
      expect(await place.members(id)).toEqual([lan.customerId]);
      expect(await place.told()).toEqual(before);
      expect(await place.compare()).toMatchObject([{ count: 1 }]);
    },
  );
});
