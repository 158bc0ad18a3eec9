import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { makeTestBox } from "../../../test/test-box.ts";
import { features } from "../../features.ts";
import { listRows, sql } from "../../platform/db.ts";
import { replayFeature } from "../../platform/set-aside.ts";
import { storePush } from "../ingest/index.ts";
import { findKnownGuests } from "./known-guests.ts";

let cloud: TestCloud;
let tenantId: string;

beforeAll(async () => {
  cloud = await openTestCloud();
  tenantId = await cloud.addTenant();
});
afterAll(() => cloud?.close());

const HOUR = 3_600_000;

/** Every row the two features keep, but for when a box should hear of a change again. */
const readAll = () =>
  cloud.database.inTenant(tenantId, async (tx) => ({
    customers: await listRows(
      tx,
      sql`select id, name, phone, language, source_branch_id, source_at, first_seen_at, last_seen_at,
            visits, last_visit_at from customers where tenant_id = ${tenantId} order by id`,
    ),
    words: await listRows(
      tx,
      sql`select word, customer_id from customer_words where tenant_id = ${tenantId} order by 1, 2`,
    ),
    fields: await listRows(
      tx,
      sql`select * from customer_fields where tenant_id = ${tenantId} order by event_id, field`,
    ),
    guests: await listRows(tx, sql`select * from guests where tenant_id = ${tenantId} order by id`),
    visits: await listRows(tx, sql`select * from visits where tenant_id = ${tenantId} order by id`),
    branches: await listRows(
      tx,
      sql`select branch_id, customer_id, visits, last_visit_at from branch_customers
          where tenant_id = ${tenantId} order by 1, 2`,
    ),
  }));

test.each([["customers"], ["visits"]])(
  "the log read again by %s leaves the same records",
  async (feature) => {
    const box = makeTestBox({ tenantId });
    const began = Date.now() - 24 * HOUR;
    const phones = ["+84911111111", "+84922222222", "+84911111111"];
    const events = phones.flatMap((phone, index) => {
      const at = new Date(began + index * HOUR);
      const guest = box.signIn({ phone, name: `Khách ${index}`, at });
      const endedAt = new Date(at.getTime() + HOUR / 2);
      return [...guest.events, ...box.visit({ ...guest, startedAt: at, endedAt }).events];
    });
    await storePush(cloud.database, box, { epoch: box.epoch, events });
    await cloud.follow(tenantId);
    const before = await readAll();
    expect(before.customers.length).toBe(2);
    expect(before.visits.length).toBeGreaterThanOrEqual(3);
    const options = {
      database: cloud.database,
      followers: features,
      log: pino({ level: "silent" }),
    };
    await replayFeature(options, { tenantId, feature });
    const question = { branchId: box.branchId, boxId: box.boxId, epoch: box.epoch, since: 0 };
    const tellBox = () => cloud.database.inTenant(tenantId, (tx) => findKnownGuests(tx, question));
    expect(await tellBox(), "a box is told nothing that is not whole").toBeNull();
    expect((await readAll()).words.length).toBe(feature === "customers" ? 0 : before.words.length);
    await cloud.follow(tenantId);
    expect(await readAll()).toEqual(before);
    expect((await tellBox())?.guests.map(({ visits }) => visits).sort()).toEqual([1, 2]);
  },
);
