import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { openTestPeople, STAFF_ID, type TestPeople } from "../../../test/open-test-people.ts";
import { features } from "../../features.ts";
import { newId } from "../../platform/clock.ts";
import { listRows, sql } from "../../platform/db.ts";
import { replayFeature } from "../../platform/set-aside.ts";
import { listSuggestions } from "./claim-queries.ts";
import { addCustomer, editCustomer } from "./edits.ts";
import { insertOwnField } from "./field-queries.ts";
import { listManifold } from "./import-queries.ts";
import type { Source, Told } from "./import-rules.ts";
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

const FOUND = { searchable: true, openToCustomers: false };

/** Brings rows of a file in. Gives their ids, which are those of whoever is made. */
const bring = (...told: Told[]) => bringFrom("import", told);

async function bringFrom(source: Source, told: readonly Told[]): Promise<string[]> {
  const rows = told.map((each, index) => ({ rowId: newId(), row: index + 2, told: each }));
  const bringing = {
    ...{ source, importId: newId(), batch: 1, staffId: STAFF_ID },
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
    const words = { label: { vi: "Món quen", en: "Usual" }, choices: [], ...FOUND };
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

test("a row whose number or address staff wrote on one record joins it, and makes no second", async () => {
  const hoa = await add({ name: "Hoa", phone: "0912 000 001" });
  await bring({ phone: "+84912000001", email: "hoa@example.com", address: "12 Tràng Tiền" });
  const minh = await add({ name: "Minh", email: "minh@example.com" });
  await bring({ phone: MINH, email: "minh@example.com" });
  expect((await drawn()).records).toMatchObject(
    [
      { id: hoa, name: "Hoa", phone: "+84912000001", email: "hoa@example.com" },
      { id: minh, name: "Minh", phone: MINH },
    ].toSorted((one, other) => (one.id < other.id ? -1 : 1)),
  );
  expect(await pairs()).toEqual([]);
  await expectWhole();
});

test("a row joins whom staff gave its number also where a follower typed the same", async () => {
  const lan = await add({ name: "Lan", phone: LAN });
  await bringFrom("zalo", [{ name: "Lan Xinh", phone: LAN, zaloId: "1:9" }]);
  const [rowId = ""] = await bring({ phone: LAN, birthday: "05-01" });
  const found = await people.read((tx) =>
    listRows(
      tx,
      sql<{ id: string }>`select id from customers
        where tenant_id = ${people.tenantId} and birthday = '05-01'`,
    ),
  );
  expect([found, found[0]?.id === rowId]).toEqual([[{ id: lan }], false]);
});

test("a row whose number a guest alone told joins nobody: it suggests the two", async () => {
  const lan = await meet(LAN);
  await people.change((tx) =>
    editCustomer(tx, {
      ...{ customerId: lan, values: { email: "minh@example.com" } },
      ...{ by: "customer", staffId: null },
    }),
  );
  const [row = ""] = await bring({
    email: "minh@example.com",
    name: "Minh",
    birthday: "1990-05-01",
  });
  expect(await pairs()).toEqual([{ ids: [lan, row].toSorted(), kinds: ["email"] }]);
  await expectWhole();
});

test("a row for whoever has its number leaves alone who only claims its address, and suggests the two", async () => {
  const lan = await meet(LAN);
  const claimant = await add({ name: "Lan", email: "lan@example.com" });
  await bring({ phone: LAN, email: "lan@example.com" });
  expect(await pairs()).toEqual([{ ids: [lan, claimant].toSorted(), kinds: ["email"] }]);
  await expectWhole();
});

test("a replay of the log gives rows to the same records of staff and of files", async () => {
  await add({ name: "Hoa", phone: "0912 000 001" });
  await bring({ phone: "+84912000001", address: "12 Tràng Tiền" }, { card: "A 1", name: "Mai" });
  await bring({ card: "a1", address: "45 Lê Lợi" });
  const before = await drawn();
  expect(before.records).toHaveLength(2);
  const { database } = cloud;
  const log = pino({ level: "silent" });
  const followed = { database, followers: features, log };
  await replayFeature(followed, { tenant: people.tenantId, feature: "customers" });
  await people.follow();
  expect(await drawn()).toEqual(before);
});

test("part of MC-2.10: rows bring addresses, cards, tills' codes, kinds and fields of the company's own", async () => {
  await people.change(async (tx) => {
    const words = { label: { vi: "Món quen" }, choices: [] };
    await insertOwnField(tx, { key: "own.usual", kind: "text", ...words, ...FOUND });
    await insertOwnField(tx, {
      ...{ key: "own.note", kind: "text", ...words },
      ...{ searchable: false, openToCustomers: false },
    });
    await insertOwnField(tx, { key: "own.work", kind: "phone", ...words, ...FOUND });
    return [];
  });
  const own = { "own.usual": "Cà phê trứng", "own.note": "ngồi góc" } as const;
  const code = { card: "VIP 77", posId: "k-0042", kind: "company" as const };
  const [one = "", two = ""] = await bring(
    { phone: LAN, name: "Lan", address: "12 Tràng Tiền", ...code, ...own },
    { phone: MINH, card: "vip77", "own.work": "+842438265555" },
    { posId: "K-0043", name: "Mai" },
  );
  const words = await wordsOf(one);
  expect(words).toEqual(expect.arrayContaining(["trung", "vip77", "k-0042"]));
  expect(words).not.toContain("goc");
  expect((await drawn()).records).toContainEqual(
    expect.objectContaining({ id: one, kind: "company", name: "Lan" }),
  );
  // Two with one card may be one person.
  expect(await pairs()).toEqual([{ ids: [one, two].toSorted(), kinds: ["card"] }]);
  await expectWhole();
  await bring({ phone: LAN, "own.usual": "Trà sen", name: "Nguyễn Lan" });
  expect(await wordsOf(one)).toEqual(expect.arrayContaining(["sen", "nguyen"]));
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
  const asked = { customerIds: ids, made: new Set<string>(), own: [] };
  expect(await people.read((tx) => listManifold(tx, asked))).toEqual([]);
  expect(await wordsOf(ids[0] ?? "")).toEqual(
    expect.arrayContaining(["lan@example.com", "nguyen"]),
  );
  await expectWhole();
});
