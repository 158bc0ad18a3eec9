import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { makeTestBox, type TestBox } from "../../../test/test-box.ts";
import type { KnownGuestsQuestion } from "../../feature.ts";
import { features } from "../../features.ts";
import { ATTEMPTS_MAX, followTenant } from "../../platform/cursors.ts";
import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { replayFeature, retrySetAside } from "../../platform/set-aside.ts";
import { storePush } from "../ingest/index.ts";
import { answerGuestQuestions, findKnownGuests } from "./known-guests.ts";

let cloud: TestCloud;
let tenantId: string;

beforeAll(async () => {
  cloud = await openTestCloud();
  tenantId = await cloud.addTenant();
});
afterAll(() => cloud?.close());

/** Takes all guests at once, and any number of them. */
const aboutBox = ({ branchId, boxId, epoch }: TestBox) => ({
  ...{ branchId, boxId, epoch, mark: null, guestsPage: null, guestsMax: 1000, lookedTo: 0 },
  ...{ recogniseDays: { given: 90, randomised: 14 }, countsTenantVisits: false },
});
const HOUR = 3_600_000;

/** What a box is told. */
const tellGuests = async (tx: TenantTransaction, question: KnownGuestsQuestion) =>
  (await findKnownGuests(tx, question)).known;

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
    await replayFeature(options, { tenant: tenantId, feature });
    const question = { ...aboutBox(box), since: 0 };
    const tellBox = () => cloud.database.inTenant(tenantId, (tx) => tellGuests(tx, question));
    expect(await tellBox(), "a box is told nothing that is not whole").toBeNull();
    expect((await readAll()).words.length).toBe(feature === "customers" ? 0 : before.words.length);
    await cloud.follow(tenantId);
    expect(await readAll()).toEqual(before);
    expect((await tellBox())?.guests.map(({ visits }) => visits).sort()).toEqual([1, 2]);
  },
);

const followers = { followers: features, log: pino({ level: "silent" }) };

test("a box that was told before a replay is told of everybody anew after it, once", async () => {
  const company = await cloud.addTenant();
  const box = makeTestBox({ tenantId: company });
  const guest = box.signIn({ phone: "+84933333333", name: "Lan" });
  const at = new Date(Date.now() - HOUR);
  const { events } = box.visit({ ...guest, startedAt: at, endedAt: new Date() });
  await storePush(cloud.database, box, { epoch: box.epoch, events: [...guest.events, ...events] });
  await cloud.follow(company);
  const tell = (since: number) =>
    cloud.database.inTenant(company, (tx) => tellGuests(tx, { ...aboutBox(box), since }));
  const before = await tell(0);
  // What a replay mends: here a name that was kept wrong, and a guest whom no brand knows.
  await cloud.database.inTenant(company, async (tx) => {
    await run(tx, sql`update customers set name = 'Wrong' where tenant_id = ${company}`);
    await run(tx, sql`update brand_customers set is_known = false where tenant_id = ${company}`);
  });
  await replayFeature(
    { database: cloud.database, ...followers },
    { tenant: company, feature: "customers" },
  );
  expect(await tell(before?.position ?? 0)).toBeNull();
  const asked = await cloud.database.inTenant(company, (tx) =>
    answerGuestQuestions(tx, { ...aboutBox(box), since: 0 }, [{ phone: "+84933333333" }]),
  );
  expect(asked.guests).toEqual([]);
  expect(asked.position, "no box is told more").toBeGreaterThanOrEqual(before?.position ?? 0);
  await cloud.follow(company);
  const after = await tell(before?.position ?? 0);
  expect(after).toMatchObject({ complete: true, guests: [{ name: "Lan", visits: 1 }] });
  expect(await tell(after?.position ?? 0)).toBeNull();
});

test("an event that was set aside reaches the boxes when it is tried again", async () => {
  const company = await cloud.addTenant();
  const box = makeTestBox({ tenantId: company });
  const guest = box.signIn({ phone: "+84944444444", name: "Lan" });
  const at = new Date(Date.now() - HOUR);
  const visit = box.visit({ ...guest, startedAt: at, endedAt: new Date() });
  const later = box.signIn({ phone: "+84955555555", name: "Hùng" });
  const [started] = visit.events;
  let isBroken = true;
  const breaking = features.map((feature) => {
    const handle = feature.handlers?.["visit.started"];
    if (feature.name !== "visits" || !handle) return feature;
    return {
      ...feature,
      handlers: {
        ...feature.handlers,
        "visit.started": ((tx, event) => {
          if (isBroken) throw new Error("broken");
          return handle(tx, event);
        }) satisfies typeof handle,
      },
    };
  });
  const options = { database: cloud.database, ...followers, followers: breaking };
  const events = [...guest.events, ...visit.events.slice(0, 1), ...later.events];
  await storePush(cloud.database, box, { epoch: box.epoch, events });
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    await followTenant(options, company);
    cloud.passSeconds(20);
  }
  await followTenant(options, company);
  const tell = (since: number) =>
    cloud.database.inTenant(company, (tx) => tellGuests(tx, { ...aboutBox(box), since }));
  const before = await tell(0);
  expect(before?.guests.map(({ visits }) => visits)).toEqual([0, 0]);
  isBroken = false;
  const retry = { tenant: company, feature: "visits", eventId: started?.id ?? "" };
  expect(await retrySetAside(options, retry)).toBe("handled");
  await followTenant(options, company);
  expect(await tell(before?.position ?? 0)).toMatchObject({
    complete: false,
    guests: [{ name: "Lan", visits: 1 }],
  });
});
