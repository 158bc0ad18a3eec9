import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { openTestPeople, STAFF_ID, type TestPeople } from "../../../test/open-test-people.ts";
import { newId } from "../../platform/clock.ts";
import { listRows, sql } from "../../platform/db.ts";
import { listSuggestions } from "./claim-queries.ts";
import { addCustomer, editCustomer } from "./edits.ts";
import { insertOwnField } from "./field-queries.ts";
import { listManifold } from "./import-queries.ts";
import type { Told } from "./import-rules.ts";
import { bringRows } from "./imported.ts";
import { askToMerge } from "./merges.ts";
import { refresh } from "./refresh.ts";

const LAN = "+84912345678";
const MINH = "+84987654321";
let cloud: TestCloud;
let people: TestPeople;
beforeAll(async () => {
  cloud = await openTestCloud();
});
beforeEach(async () => {
  people = await openTestPeople(cloud);
});
afterAll(() => cloud?.close());

/** Brings rows of a file in. Gives their ids, which are those of whoever is made. */
async function bring(...told: Told[]): Promise<string[]> {
  const rows = told.map((each, index) => ({ rowId: newId(), row: index + 2, told: each }));
  const bringing = {
    ...{ source: "import" as const, importId: newId(), batch: 1, staffId: STAFF_ID },
    ...{ branchId: people.box.branchId, replace: true },
  };
  await people.change(async (tx) => [bringRows(tx, bringing, rows)]);
  return rows.map(({ rowId }) => rowId);
}
async function add(values: Record<string, string>): Promise<string> {
  let id = "";
  const { branchId } = people.box;
  await people.change(async (tx) => {
    const made = await addCustomer(tx, { branchId, country: "VN", values, staffId: STAFF_ID });
    id = made.customerId;
    return made.events;
  });
  return id;
}
const edit = (customerId: string, values: Record<string, string>) =>
  people.change((tx) => editCustomer(tx, { customerId, values, by: "staff", staffId: STAFF_ID }));
async function meet(phone: string): Promise<string> {
  const guest = people.box.signIn({ phone, at: cloud.clock() });
  await people.tell(guest.events);
  return await people.customerOf(guest.guestId);
}
const pairs = async () =>
  (await people.read((tx) => listSuggestions(tx, 10))).map(({ oneId, otherId, kinds }) => ({
    ids: [oneId, otherId],
    kinds,
  }));
const wordsOf = async (id: string) => {
  const rows = await people.read((tx) =>
    listRows(
      tx,
      sql<{ word: string }>`select word from customer_words
        where tenant_id = ${people.tenantId} and customer_id = ${id} order by word`,
    ),
  );
  return rows.map(({ word }) => word);
};
/** All that is drawn from what was told of everybody. */
const drawn = () =>
  people.read(async (tx) => {
    const { tenantId } = people;
    return {
      records: await listRows(
        tx,
        sql<{ id: string }>`select id, name, phone, email, birthday, language, kind from customers
          where tenant_id = ${tenantId} order by id`,
      ),
      words: await listRows(
        tx,
        sql`select customer_id, word from customer_words where tenant_id = ${tenantId}
          order by customer_id, word`,
      ),
      claims: await listRows(
        tx,
        sql`select customer_id, kind, value from customer_claims where tenant_id = ${tenantId}
          order by customer_id, kind, value`,
      ),
      suggestions: await pairs(),
    };
  });
/** What a batch works out is what each record worked out by itself comes to. */
async function expectWhole(): Promise<void> {
  const before = await drawn();
  await people.change(async (tx) => {
    for (const { id } of before.records) await refresh(tx, { customerId: id, position: 0 });
    return [];
  });
  expect(await drawn()).toEqual(before);
}

test("a row for a customer with a card and fields of the company's own keeps them found by these", async () => {
  await people.change(async (tx) => {
    const words = { label: { vi: "Món quen", en: "Usual" }, choices: [] };
    await insertOwnField(tx, { key: "own.usual", kind: "text", ...words });
    await insertOwnField(tx, { key: "own.work", kind: "phone", ...words });
    return [];
  });
  const lan = await meet(LAN);
  const own = { "own.usual": "Cà phê trứng", "own.work": "0243 826 5555" };
  await edit(lan, { card: "VIP 77", kind: "company", ...own });
  await bring({ phone: LAN, name: "Lan", email: "lan@example.com" });
  const words = await wordsOf(lan);
  for (const word of ["vip77", "trung", "842438265555", "lan@example.com"])
    expect(words).toContain(word);
  expect((await drawn()).records).toMatchObject([{ id: lan, name: "Lan", kind: "company" }]);
  await expectWhole();
});

test("a row whose address another record claims suggests the two, and joins nobody", async () => {
  const minh = await add({ name: "Minh", email: "minh@example.com" });
  const [row = ""] = await bring({ phone: MINH, name: "Minh", email: "minh@example.com" });
  expect(await pairs()).toEqual([{ ids: [minh, row].toSorted(), kinds: ["email"] }]);
  // Also where the row is of somebody who was known before.
  const lan = await meet(LAN);
  const claimant = await add({ name: "Lan", email: "lan@example.com" });
  await bring({ phone: LAN, email: "lan@example.com" });
  expect(await pairs()).toContainEqual({ ids: [lan, claimant].toSorted(), kinds: ["email"] });
  await expectWhole();
});

test("two numbers that were verified stay two customers', whatever rows say of them", async () => {
  const [lan, minh] = [await meet(LAN), await meet(MINH)];
  await bring(
    { phone: LAN, email: "both@example.com" },
    { phone: MINH, email: "both@example.com" },
  );
  const { records } = await drawn();
  expect(records.map(({ id }) => id)).toEqual([lan, minh].toSorted());
  await expectWhole();
});

test("a row for whoever has two numbers since a merge leaves them found by both", async () => {
  const [lan, minh] = [await meet(LAN), await meet(MINH)];
  await people.change(
    async (tx) => (await askToMerge(tx, { keptId: lan, goneId: minh, staffId: STAFF_ID })).events,
  );
  await bring({ phone: MINH, name: "Lan" });
  expect(await wordsOf(lan)).toEqual(expect.arrayContaining(["84912345678", "84987654321", "lan"]));
  await expectWhole();
});

test("what staff emptied is nothing told, and stays so where a row tells something else", async () => {
  const lan = await meet(LAN);
  await edit(lan, { name: "Lan", email: "lan@example.com" });
  await edit(lan, { email: "" });
  await bring({ phone: LAN, name: "Nguyễn Lan" });
  expect((await drawn()).records).toMatchObject([{ name: "Nguyễn Lan", email: null }]);
  await expectWhole();
});

test("people of a file who are nothing but that are worked out together", async () => {
  const ids = await bring(
    { phone: LAN, name: "Lan", email: "lan@example.com" },
    { phone: MINH, name: "Minh" },
    { email: "hoa@example.com", zaloId: "1:2" },
  );
  const again = await bring({ phone: LAN, name: "Nguyễn Lan", birthday: "1990-05-01" });
  expect(again).toHaveLength(1);
  expect(await people.read((tx) => listManifold(tx, ids))).toEqual([]);
  expect(await wordsOf(ids[0] ?? "")).toEqual(
    expect.arrayContaining(["lan@example.com", "nguyen"]),
  );
  await expectWhole();
});
