import { fireDue, judgeNext } from "../src/features/segments/jobs.ts";
import { lockMembers } from "../src/features/segments/membership-queries.ts";
import { insertSegment, listMemberIds, listSegments } from "../src/features/segments/queries.ts";
import type { Tree, TreeNode } from "../src/features/segments/schema.ts";
import { judgeAnew } from "../src/features/segments/settle.ts";
import { newId } from "../src/platform/clock.ts";
import { listRows, sql } from "../src/platform/db.ts";
import type { TestCloud } from "./open-test-cloud.ts";
import { openTestPlace, type TestPlace } from "./open-test-place.ts";

export const all = (...of: TreeNode[]): Tree => ({ kind: "all", of });
export const visitsOf = (min: number): TreeNode => ({
  ...{ kind: "visit-count", count: { min }, visits: {} },
});
export const visitedWithin = (days: number): TreeNode => ({
  ...{ kind: "visit-count", count: { min: 1 }, visits: {} },
  when: { is: "within", amount: days, unit: "day" },
});

export type Guest = { customerId: string; guestId: string; deviceId: string };
export type Told = { type: string; segmentId: string; customerId: string; cause: string };

/** A place whose segments are judged by jobs that the test lets run. */
export type SegmentPlace = TestPlace & {
  /** Makes a segment and, unless told otherwise, has everybody judged by it. */
  make: (tree: Tree, options?: { judged?: boolean }) => Promise<string>;
  meet: (phone: string) => Promise<Guest>;
  /** A visit that began so many hours ago. */
  visit: (guest: Guest, hoursAgo: number) => Promise<void>;
  /** What the jobs of the background do, to their end, and what follows from it. */
  runJobs: () => Promise<void>;
  members: (segmentId: string) => Promise<string[]>;
  /** Who fits each segment by one statement, and who is kept as its member. */
  compare: () => Promise<{ id: string; fitting: string[]; kept: string[]; count: number }[]>;
  /** Who entered and left, in the order of the log. */
  told: () => Promise<Told[]>;
};

export async function openSegmentPlace(cloud: TestCloud): Promise<SegmentPlace> {
  const place = await openTestPlace(cloud);
  const { tenantId, box } = place;
  const context = cloud.jobContext;
  const members = async (segmentId: string) => {
    const rows = await cloud.database.readTenant(tenantId, (tx) =>
      listRows(
        tx,
        sql<{ id: string }>`
          select customer_id as id from segment_members
          where tenant_id = ${tenantId} and segment_id = ${segmentId} order by customer_id`,
      ),
    );
    return rows.map(({ id }) => id);
  };
  const runJobs = async () => {
    while ((await judgeNext(context, tenantId)) === "more");
    while ((await fireDue(context, tenantId)) === "more");
    await cloud.follow(tenantId);
  };
  return {
    ...place,
    members,
    runJobs,
    make: async (tree, { judged = true } = {}) => {
      const id = newId();
      await cloud.database.inTenant(tenantId, async (tx) => {
        await lockMembers(tx);
        await insertSegment(tx, { id, name: id, tree });
        await judgeAnew(tx, [id]);
      });
      if (judged) await runJobs();
      return id;
    },
    meet: async (phone) => {
      const { events, guestId, deviceId } = box.signIn({ phone, at: cloud.clock() });
      await place.push(events);
      const rows = await place.query<{ id: string }>(
        `select customer_id as id from guests where tenant_id = $tenant and id = '${guestId}'`,
      );
      return { guestId, deviceId, customerId: rows[0]?.id ?? "" };
    },
    visit: async ({ guestId, deviceId }, hoursAgo) => {
      const startedAt = new Date(cloud.clock().getTime() - hoursAgo * 3_600_000);
      const endedAt = new Date(startedAt.getTime() + 45 * 60_000);
      await place.push(box.visit({ guestId, deviceId, startedAt, endedAt }).events);
    },
    compare: () =>
      cloud.database.readTenant(tenantId, async (tx) => {
        const segments = await listSegments(tx);
        const trees = new Map(segments.map(({ id, tree }) => [id, tree]));
        const found = [];
        for (const { id, tree, members: count } of segments)
          found.push({
            ...{ id, count, kept: await members(id) },
            fitting: (await listMemberIds(tx, { tree, trees })).toSorted(),
          });
        return found;
      }),
    told: () =>
      place.query<Told>(
        `select type, payload ->> 'segmentId' as "segmentId",
           payload ->> 'customerId' as "customerId", payload ->> 'cause' as cause
         from events where tenant_id = $tenant and type in ('segment.entered', 'segment.left')
         order by position`,
      ),
  };
}
