import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { openTestPeople, STAFF_ID, type TestPeople } from "../../../test/open-test-people.ts";
import { askToRestrict, carryOut, restrict } from "../../../test/restrict.ts";
import { features } from "../../features.ts";
import { listRows, sql } from "../../platform/db.ts";
import { replayFeature } from "../../platform/set-aside.ts";
import { answerRequest, liftRestriction } from "./answers.ts";
import { listMerges } from "./merge-queries.ts";
import { partRestrictions } from "./merge-rules.ts";
import { askToMerge, askToUndo } from "./merges.ts";

let cloud: TestCloud;
let people: TestPeople;
let lan: string;
let minh: string;
let ha: string;

beforeAll(async () => {
  cloud = await openTestCloud();
});
beforeEach(async () => {
  people = await openTestPeople(cloud);
  [lan, minh, ha] = [
    await meet("+84912345678"),
    await meet("+84987654321"),
    await meet("+84911222333"),
  ];
});
afterAll(() => cloud?.close());

async function meet(phone: string): Promise<string> {
  const { events, guestId } = people.box.signIn({ phone, at: new Date() });
  await people.tell(events);
  return await people.customerOf(guestId);
}

async function merge(keptId: string, goneId: string): Promise<string> {
  await people.change(
    async (tx) => (await askToMerge(tx, { keptId, goneId, staffId: STAFF_ID })).events,
  );
  const [merged] = await people.read((tx) => listMerges(tx, { customerId: goneId, limit: 1 }));
  expect(merged?.state).toBe("merged");
  return merged?.id ?? "";
}
const undo = (mergeId: string) =>
  people.change((tx) => askToUndo(tx, { mergeId, staffId: STAFF_ID }));
const lift = (customerId: string) =>
  people.change((tx) => liftRestriction(tx, { customerId, staffId: STAFF_ID }));

async function listRestricted(): Promise<string[]> {
  const { tenantId } = people;
  const rows = await people.read((tx) =>
    listRows(
      tx,
      sql<{ id: string }>`select id from customers
        where tenant_id = ${tenantId} and restricted_at is not null`,
    ),
  );
  return rows.map(({ id }) => id).toSorted();
}

async function replay(): Promise<void> {
  const followed = {
    database: cloud.database,
    followers: features,
    log: pino({ level: "silent" }),
  };
  await replayFeature(followed, { tenant: people.tenantId, feature: "customers" });
  await people.follow();
}

test("what a record asked for and staff carried out while it was part of another is its own after that", async () => {
  const asked = await askToRestrict(people, minh);
  const merged = await merge(lan, minh);
  await carryOut(people, asked, lan);
  expect(await listRestricted()).toEqual([lan]);
  await undo(merged);
  expect(await listRestricted()).toEqual([minh]);
  await replay();
  expect(await listRestricted()).toEqual([minh]);
  await lift(minh);
  await replay();
  expect(await listRestricted()).toEqual([]);
});

test("the log read again says of nobody what was said and lifted after a merge was undone", async () => {
  await undo(await merge(lan, minh));
  await restrict(people, lan);
  await restrict(people, minh);
  await lift(minh);
  await replay();
  expect(await listRestricted()).toEqual([lan]);
});

test("what both asked for stands for both, whichever was carried out first", async () => {
  for (const order of [
    [lan, minh],
    [minh, lan],
  ]) {
    const ids = new Map([
      [lan, await askToRestrict(people, lan)],
      [minh, await askToRestrict(people, minh)],
    ]);
    const merged = await merge(lan, minh);
    for (const customerId of order) await carryOut(people, ids.get(customerId) ?? "", lan);
    await undo(merged);
    expect(await listRestricted()).toEqual([lan, minh].toSorted());
    for (const customerId of order) await lift(customerId);
  }
});

test("what was lifted while two were one is lifted for whoever had asked for it then", async () => {
  const asked = await askToRestrict(people, minh);
  const merged = await merge(lan, minh);
  await carryOut(people, asked, lan);
  await lift(lan);
  await restrict(people, lan);
  await undo(merged);
  expect(await listRestricted()).toEqual([lan]);
});

test("a record stays restricted by another that is part of it still", async () => {
  await restrict(people, minh);
  await restrict(people, ha);
  const first = await merge(lan, minh);
  const second = await merge(lan, ha);
  await undo(first);
  expect(await listRestricted()).toEqual([lan, minh, ha].toSorted());
  await undo(second);
  expect(await listRestricted()).toEqual([minh, ha].toSorted());
});

test("a restriction that is followed after a merge was undone says it of the record that asked", async () => {
  const asked = await askToRestrict(people, minh);
  const mergeId = await merge(lan, minh);
  await people.ask((tx) => askToUndo(tx, { mergeId, staffId: STAFF_ID }));
  const answer = {
    id: asked,
    customerId: lan,
    outcome: "done",
    note: null,
    staffId: STAFF_ID,
  } as const;
  await people.ask((tx) => answerRequest(tx, answer));
  await people.follow();
  expect(await listRestricted()).toEqual([minh]);
});

test("a record's own restriction outlasts one that was lifted of another as the two became one", async () => {
  await restrict(people, lan);
  await restrict(people, minh);
  await people.ask(
    async (tx) => (await askToMerge(tx, { keptId: lan, goneId: minh, staffId: STAFF_ID })).events,
  );
  await people.ask((tx) => liftRestriction(tx, { customerId: minh, staffId: STAFF_ID }));
  await people.follow();
  expect(await listRestricted()).toEqual([lan]);
});

test("nothing is restricted of two who are not, but what one of them had brought", () => {
  const at = new Date("2026-03-01T00:00:00Z");
  const nothing = { joint: null, gone: null, others: [], askedOfKept: [], askedOfGone: [] };
  expect(partRestrictions(nothing)).toEqual({ kept: null, gone: null });
  expect(partRestrictions({ ...nothing, gone: at })).toEqual({ kept: null, gone: at });
  expect(partRestrictions({ ...nothing, joint: at })).toEqual({ kept: at, gone: null });
});
