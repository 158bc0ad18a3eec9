import type { EventEnvelope } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { answerRequest, noteAsked } from "../src/features/customers/answers.ts";
import { changeContact, editCustomer } from "../src/features/customers/edits.ts";
import { bringRows, type Told } from "../src/features/customers/index.ts";
import { listMerges } from "../src/features/customers/merge-queries.ts";
import { askToMerge, askToUndo } from "../src/features/customers/merges.ts";
import { storePush } from "../src/features/ingest/index.ts";
import { changeMarksOfMany } from "../src/features/marks/index.ts";
import { newId } from "../src/platform/clock.ts";
import { run, sql, type TenantTransaction } from "../src/platform/db.ts";
import { isRefusal } from "../src/platform/errors.ts";
import type { NewEvent } from "../src/platform/events.ts";
import { withClient } from "../src/platform/roles.ts";
import { openTestCloud, type TestCloud } from "./open-test-cloud.ts";
import { openTestPeople, STAFF_ID, type TestPeople } from "./open-test-people.ts";

const HOUR = 3_600_000;

let cloud: TestCloud;
let people: TestPeople;
beforeAll(async () => {
  cloud = await openTestCloud();
});
beforeEach(async () => {
  people = await openTestPeople(cloud);
});
afterAll(() => cloud?.close());

type Guest = { customerId: string; guestId: string; deviceId: string };

async function meet(index: number): Promise<Guest> {
  const signedIn = people.box.signIn({ phone: `+8491234567${index}`, name: `Lan ${index}` });
  await people.tell(signedIn.events);
  return { ...signedIn, customerId: await people.customerOf(signedIn.guestId) };
}

const staff = { by: "staff" as const, staffId: STAFF_ID };

async function note(customerId: string, kind: "restriction" | "deletion"): Promise<string> {
  let id = "";
  await people.change(async (tx) => {
    const noted = await noteAsked(tx, { customerId, kind, note: null, staffId: STAFF_ID });
    id = noted.requestId;
    return noted.events;
  });
  return id;
}
const answer = (customerId: string, id: string) =>
  people.ask((tx) =>
    answerRequest(tx, { id, customerId, outcome: "done", note: null, staffId: STAFF_ID }),
  );
const rename = (customerId: string, name: string) =>
  people.ask((tx) => editCustomer(tx, { customerId, values: { name }, ...staff }));
const askMerge = (keptId: string, goneId: string) =>
  people.ask(async (tx) => (await askToMerge(tx, { keptId, goneId, staffId: STAFF_ID })).events);
async function askUndo(customerId: string): Promise<void> {
  const [last] = await people.read((tx) => listMerges(tx, { customerId, limit: 1 }));
  await people.ask((tx) => askToUndo(tx, { mergeId: last?.id ?? newId(), staffId: STAFF_ID }));
}

/**
 * Begins each step once the one before waits or is done, while somebody else holds rows; then lets all of
 * them go. Gives what became of each.
 */
function behind(rows: string, steps: readonly (() => Promise<unknown>)[]) {
  return withClient(cloud.administratorUrl, async (client) => {
    await client.query("begin");
    await client.query(`${rows} for update`);
    const going = [];
    for (const step of steps) {
      let isDone = false;
      const waiting = await countWaiting();
      const end = step().finally(() => {
        isDone = true;
      });
      going.push(end);
      end.catch(() => {});
      while (!isDone && (await countWaiting()) === waiting)
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await client.query("commit");
    return await Promise.allSettled(going);
  });
}

const countWaiting = () =>
  withClient(cloud.administratorUrl, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::integer as count from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows[0]?.count ?? 0;
  });

const fulfilled = { status: "fulfilled" };
type Restricted = { id: string; restricted: boolean };
const restricted = () =>
  people.read(async (tx) => {
    const { rows } = await sql<Restricted>`
      select id, restricted_at is not null as restricted from customers
      where tenant_id = ${people.tenantId} and merged_into is null order by source_at, id`.execute(
      tx.db,
    );
    return rows;
  });

describe("what staff answer while the log makes two customers one, or parts them", () => {
  let lan: Guest;
  let minh: Guest;
  beforeEach(async () => {
    [lan, minh] = [await meet(1), await meet(2)];
  });
  const guestOf = ({ guestId }: Guest) => `select from guests where id = '${guestId}'`;

  test.each(["first", "last"] as const)("holds, a merge coming %s", async (order) => {
    const id = await note(minh.customerId, "restriction");
    await askMerge(lan.customerId, minh.customerId);
    const steps = [people.follow, () => answer(minh.customerId, id)];
    const ended = await behind(guestOf(minh), order === "first" ? steps : steps.toReversed());
    const [merged, answered] = order === "first" ? ended : ended.toReversed();
    expect(merged).toEqual(fulfilled);
    await people.follow();
    if (order === "last") {
      expect(answered).toEqual(fulfilled);
      expect(await restricted()).toEqual([{ id: lan.customerId, restricted: true }]);
      return;
    }
    // It is the other's request by now: whoever answers sees so, and answers there.
    expect(answered).toMatchObject({
      status: "rejected",
      reason: { refusal: { code: "not-found" } },
    });
    await answer(lan.customerId, id);
    expect(await restricted()).toEqual([{ id: lan.customerId, restricted: true }]);
  });

  test.each(["first", "last"] as const)("holds, their parting coming %s", async (order) => {
    await askMerge(lan.customerId, minh.customerId);
    await people.follow();
    const id = await note(lan.customerId, "restriction");
    await askUndo(minh.customerId);
    const steps = [people.follow, () => answer(lan.customerId, id)];
    const ended = await behind(guestOf(minh), order === "first" ? steps : steps.toReversed());
    expect(ended).toEqual([fulfilled, fulfilled]);
    await people.follow();
    expect(await restricted()).toEqual([
      { id: lan.customerId, restricted: true },
      { id: minh.customerId, restricted: false },
    ]);
  });

  test("is an edit of whoever is just forgotten: it is refused, and nothing of it stays", async () => {
    const id = await note(minh.customerId, "deletion");
    await answer(minh.customerId, id);
    const held = `select from customer_identifiers where customer_id = '${minh.customerId}'`;
    const [forgotten, edited] = await behind(held, [
      people.follow,
      () => rename(minh.customerId, "Minh"),
    ]);
    expect(forgotten).toEqual(fulfilled);
    expect(edited).toMatchObject({ status: "rejected", reason: { refusal: { code: "conflict" } } });
    await people.follow();
    const names = await people.read(
      async (tx) =>
        (
          await sql`select name from customers
            where tenant_id = ${people.tenantId} and id = ${minh.customerId}`.execute(tx.db)
        ).rows,
    );
    expect(names).toEqual([{ name: null }]);
  });
});

/** As somebody signed in changes it: made once more where it crossed another. */
const doAs = (work: (tx: TenantTransaction) => Promise<NewEvent[]>) => {
  const actor = { kind: "staff" as const, id: STAFF_ID };
  const record = { kind: "customers" as const, id: people.tenantId };
  const doer = { actor, action: "POST /api/v1/test", record, isTold: false };
  return cloud.database.changeTenant(
    { tenantId: people.tenantId, branchIds: null, doer },
    async (tx) => ({ result: null, events: await work(tx) }),
  );
};

describe("in many rounds at once", () => {
  /** As one of several workers: it may find another at it. */
  const follow = () => cloud.follow(people.tenantId);
  const tell = (events: readonly EventEnvelope[]) =>
    storePush(cloud.database, people.box, { epoch: people.box.epoch, events });
  const COUNT = 6;
  const ROUNDS = 25;
  let guests: Guest[];
  const tagId = newId();
  beforeEach(async () => {
    guests = [];
    for (let index = 0; index < COUNT; index += 1) guests.push(await meet(index));
    await people.read((tx) =>
      run(
        tx,
        sql`insert into marks (tenant_id, id, kind, name, created_at)
            values (${tx.tenantId}, ${tagId}, 'tag', ${tagId}, now()) on conflict do nothing`,
      ),
    );
  });
  const at = (index: number) => guests[index % COUNT] as Guest;
  const pair = (round: number): [string, string] => [
    at(round).customerId,
    at(round + 1 + (round % (COUNT - 1))).customerId,
  ];
  const backwards = () => guests.map(({ customerId }) => customerId).toReversed();

  /** What a round does at once, in the order that it is begun in. */
  const listDeeds = (round: number): (() => Promise<unknown>)[] => {
    const [one, other] = pair(round);
    const phones = guests.map((_, index) => `+8491234567${index}`);
    const told = (phone: string): Told => ({ phone, address: `${round} Hàng Bông` });
    const bringing = {
      ...{ source: "import" as const, importId: newId(), batch: 1, staffId: STAFF_ID },
      ...{ branchId: people.box.branchId, replace: true },
    };
    const rows = (round % 2 ? phones : phones.toReversed()).map((phone, row) => ({
      ...{ row, rowId: newId(), told: told(phone) },
    }));
    const { guestId, deviceId } = at(round + 2);
    const startedAt = new Date(Date.now() - HOUR);
    const change = { kind: round % 2 ? "add-tag" : "remove-tag", tagId } as const;
    const asked = { staffId: STAFF_ID, actionId: newId() };
    return [
      () => doAs((tx) => Promise.resolve([bringRows(tx, bringing, rows)])),
      () => tell(people.box.visit({ guestId, deviceId, startedAt, endedAt: new Date() }).events),
      () =>
        doAs((tx) =>
          changeContact(tx, { companyId: one, contactId: other, role: "x", staffId: STAFF_ID }),
        ),
      () =>
        doAs(async (tx) => {
          const { requestId, events } = await noteAsked(tx, {
            ...{ customerId: other, kind: "restriction", note: null, staffId: STAFF_ID },
          });
          const done = { id: requestId, customerId: other, outcome: "done" as const, note: null };
          return [...events, ...(await answerRequest(tx, { ...done, staffId: STAFF_ID }))];
        }),
      () => askMerge(one, other),
      () => follow(),
      () =>
        doAs(async (tx) => {
          const many = { change, customerIds: backwards(), ...asked };
          return (await changeMarksOfMany(tx, many)).events;
        }),
      () =>
        doAs((tx) => editCustomer(tx, { customerId: one, values: { name: `${round}` }, ...staff })),
      () => follow(),
      () => askUndo(other),
      () => follow(),
    ];
  };

  test("nothing that crosses another fails, but what is refused", async () => {
    const failed: unknown[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const deeds = listDeeds(round);
      const ended = await Promise.allSettled(
        (round % 2 ? deeds : deeds.toReversed()).map((deed) => deed()),
      );
      for (const end of ended)
        if (end.status === "rejected" && !isRefusal(end.reason)) failed.push(end.reason);
    }
    expect(failed).toEqual([]);
    while ((await follow()).kind !== "done");
    const { rows } = await people.read((tx) =>
      sql`select feature from event_failures where tenant_id = ${tx.tenantId}`.execute(tx.db),
    );
    expect(rows).toEqual([]);
  }, 120_000);
});
