import { MESSAGE_CHANNELS, type MessageChannel } from "@foyer/contract";
import fc from "fast-check";
import { pino } from "pino";
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { openTestPeople, STAFF_ID, type TestPeople } from "../../../test/open-test-people.ts";
import { restrict } from "../../../test/restrict.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { features } from "../../features.ts";
import { listRows, run, sql } from "../../platform/db.ts";
import { replayFeature } from "../../platform/set-aside.ts";
import { setCustomerMarks } from "../marks/index.ts";
import { liftRestriction, noteAsked } from "./answers.ts";
import { editCustomer } from "./edits.ts";
import { listMerges } from "./merge-queries.ts";
import { askToMerge, askToUndo } from "./merges.ts";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());

const HOUR = 3_600_000;
const TAGS = [uuidv7(), uuidv7(), uuidv7()];
const GROUPS = [uuidv7(), uuidv7()];

/** What one of two people does; whose it is by `who`. */
type Act =
  | { kind: "visit"; who: number; hours: number }
  | {
      kind: "consent";
      who: number;
      hours: number;
      purpose: "marketing" | "ads";
      channel: MessageChannel | undefined;
      given: boolean;
    }
  | { kind: "email"; who: number; hours: number }
  | { kind: "edit"; who: number; field: "name" | "address" | "card"; value: string }
  | { kind: "tags"; who: number; tags: number[] }
  | { kind: "group"; who: number; group: number }
  | { kind: "request"; who: number; asked: "copy" | "correction" }
  | { kind: "restriction"; who: number; lifted: boolean };

const who = fc.nat({ max: 1 });
const hours = fc.integer({ min: 2, max: 500 });
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constant("visit" as const), who, hours }),
  fc.record({
    ...{ kind: fc.constant("consent" as const), who, hours, given: fc.boolean() },
    purpose: fc.constant("ads" as const),
    channel: fc.constant(undefined),
  }),
  fc.record({
    ...{ kind: fc.constant("consent" as const), who, hours, given: fc.boolean() },
    purpose: fc.constant("marketing" as const),
    channel: fc.option(fc.constantFrom(...MESSAGE_CHANNELS), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant("email" as const), who, hours }),
  fc.record({
    ...{ kind: fc.constant("edit" as const), who },
    field: fc.constantFrom("name" as const, "address" as const, "card" as const),
    value: fc.constantFrom("Lan", "Minh", ""),
  }),
  fc.record({
    ...{ kind: fc.constant("tags" as const), who },
    tags: fc.subarray([0, 1, 2]),
  }),
  fc.record({ kind: fc.constant("group" as const), who, group: fc.nat({ max: 1 }) }),
  fc.record({
    ...{ kind: fc.constant("request" as const), who },
    asked: fc.constantFrom("copy" as const, "correction" as const),
  }),
  fc.record({ kind: fc.constant("restriction" as const), who, lifted: fc.boolean() }),
);

const PHONES = ["+84912345678", "+84987654321"];

async function perform(people: TestPeople, done: Act, customerIds: readonly string[]) {
  const customerId = customerIds[done.who] ?? "";
  const phone = PHONES[done.who] ?? "";
  switch (done.kind) {
    case "visit": {
      const at = new Date(Date.now() - done.hours * HOUR);
      const guest = people.box.signIn({ phone, name: `Khách ${done.hours}`, at });
      const visit = { ...guest, startedAt: at, endedAt: new Date(at.getTime() + HOUR) };
      return await people.tell([...guest.events, ...people.box.visit(visit).events]);
    }
    case "consent": {
      const at = new Date(Date.now() - done.hours * HOUR);
      const guest = people.box.signIn({ phone, at });
      return await people.tell([...guest.events, people.consent(guest.guestId, { ...done, at })]);
    }
    case "email": {
      const at = new Date(Date.now() - done.hours * HOUR);
      const { events, guestId, deviceId } = people.box.signIn({ phone, at });
      const email = `khach${done.who}.${done.hours % 3}@example.test`;
      const proved = { guestId, deviceId, email, method: "code" as const };
      const told = { guestId, deviceId, nasId: NAS_ID, language: "en" as const };
      const details = { email: "chung@example.test" };
      return await people.tell([
        ...events,
        people.box.write("guest.registered", { ...told, details, termsVersion: 2 }, at),
        people.box.write("guest.verified", proved, at),
      ]);
    }
    case "edit": {
      const value = done.field === "card" && done.value ? `${done.value}${done.who}` : done.value;
      const values = { [done.field]: value };
      return await people.change((tx) =>
        editCustomer(tx, { customerId, values, by: "staff", staffId: STAFF_ID }),
      );
    }
    case "tags": {
      const markIds = done.tags.map((index) => TAGS[index] ?? "");
      return await people.change((tx) =>
        setCustomerMarks(tx, { customerId, kind: "tag", markIds, staffId: STAFF_ID }),
      );
    }
    case "group": {
      const markIds = [GROUPS[done.group] ?? ""];
      return await people.change((tx) =>
        setCustomerMarks(tx, { customerId, kind: "group", markIds, staffId: STAFF_ID }),
      );
    }
    case "request": {
      const asked = { customerId, kind: done.asked, note: null, staffId: STAFF_ID };
      return await people.change(async (tx) => (await noteAsked(tx, asked)).events);
    }
    case "restriction":
      await restrict(people, customerId);
      if (!done.lifted) return;
      return await people.change((tx) => liftRestriction(tx, { customerId, staffId: STAFF_ID }));
  }
}

/** Every row about people, but for when boxes should hear of a change, and for the judgements of staff. */
function readAll(people: TestPeople) {
  const { tenantId } = people;
  return people.read(async (tx) => {
    const rows = (statement: string) =>
      listRows(tx, sql`${sql.raw(statement.replaceAll("$tenant", `'${tenantId}'::uuid`))}`);
    return {
      customers: await rows(
        `select id, kind, name, phone, email, birthday, language, source_branch_id, source_at,
           first_seen_at, last_seen_at, visits, last_visit_at, merged_into, restricted_at
         from customers where tenant_id = $tenant order by id`,
      ),
      guests: await rows("select * from guests where tenant_id = $tenant order by id"),
      fields: await rows("select * from customer_fields where tenant_id = $tenant order by 2, 3"),
      identifiers: await rows(
        "select * from customer_identifiers where tenant_id = $tenant order by kind, value",
      ),
      claims: await rows(
        "select * from customer_claims where tenant_id = $tenant order by 2, 3, 4",
      ),
      words: await rows("select * from customer_words where tenant_id = $tenant order by 2, 3"),
      consents: await rows("select * from customer_consents where tenant_id = $tenant order by 2"),
      requests: await rows("select * from guest_requests where tenant_id = $tenant order by id"),
      marks: await rows("select * from customer_marks where tenant_id = $tenant order by 2, 3"),
      visits: await rows("select * from visits where tenant_id = $tenant order by id"),
      counts: await rows(
        `select branch_id, customer_id, visits, last_visit_at from branch_customers
         where tenant_id = $tenant and visits > 0 order by 1, 2`,
      ),
    };
  });
}

async function openTwo(): Promise<{ people: TestPeople; customerIds: string[] }> {
  const people = await openTestPeople(cloud);
  const customerIds: string[] = [];
  for (const phone of PHONES) {
    const at = new Date(Date.now() - 600 * HOUR);
    const { events, guestId } = people.box.signIn({ phone, at });
    await people.tell(events);
    customerIds.push(await people.customerOf(guestId));
  }
  await people.read(async (tx) => {
    for (const [kind, ids] of [["tag", TAGS] as const, ["group", GROUPS] as const])
      for (const [index, id] of ids.entries())
        await run(
          tx,
          sql`insert into marks (tenant_id, id, kind, name, created_at)
              values (${tx.tenantId}, ${id}, ${kind}, ${`${kind} ${index}`}, ${tx.now})`,
        );
  });
  return { people, customerIds };
}

async function mergeThem(people: TestPeople, [keptId = "", goneId = ""]: readonly string[]) {
  await people.change(
    async (tx) => (await askToMerge(tx, { keptId, goneId, staffId: STAFF_ID })).events,
  );
  const [merge] = await people.read((tx) => listMerges(tx, { customerId: keptId, limit: 1 }));
  expect(merge?.state).toBe("merged");
  return merge?.id ?? "";
}

test("whatever two people did, a merge that is undone leaves everything as it was", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 8 }), async (acts) => {
      const { people, customerIds } = await openTwo();
      for (const each of acts) await perform(people, each, customerIds);
      const before = await readAll(people);
      const mergeId = await mergeThem(people, customerIds);
      expect(await readAll(people)).not.toEqual(before);
      await people.change((tx) => askToUndo(tx, { mergeId, staffId: STAFF_ID }));
      expect(await readAll(people)).toEqual(before);
    }),
    { numRuns: 12 },
  );
}, 120_000);

test("the log read again makes the same of a merge, of one that was undone, and of what came between", async () => {
  const { people, customerIds } = await openTwo();
  const acts = fc.sample(act, { numRuns: 12, seed: 7 });
  for (const each of acts.slice(0, 6)) await perform(people, each, customerIds);
  const mergeId = await mergeThem(people, customerIds);
  const visits = acts.slice(6).filter(({ kind }) => kind === "visit" || kind === "consent");
  for (const each of visits) await perform(people, each, customerIds);
  const replay = async (feature: string) => {
    const log = pino({ level: "silent" });
    const { database } = cloud;
    const { tenantId } = people;
    await replayFeature({ database, followers: features, log }, { tenant: tenantId, feature });
    await people.follow();
  };
  const merged = await readAll(people);
  for (const feature of ["customers", "visits", "marks"]) {
    await replay(feature);
    expect(await readAll(people), feature).toEqual(merged);
  }
  await people.change((tx) => askToUndo(tx, { mergeId, staffId: STAFF_ID }));
  const parted = await readAll(people);
  for (const feature of ["customers", "visits", "marks"]) {
    await replay(feature);
    expect(await readAll(people), feature).toEqual(parted);
  }
}, 120_000);
