import { expect, test } from "vitest";
import { type KnownPeople, planRow as planRowOf, type Told } from "./import-rules.ts";

const people = (): KnownPeople => ({
  followed: new Map(),
  holders: new Map([
    ["phone:+84900000001", "lan"],
    ["email:lan@example.com", "lan"],
    ["email:minh@example.com", "minh"],
  ]),
  told: new Map<string, Told>([
    ["lan", { name: "Lan", phone: "+84900000001", email: "lan@example.com" }],
    ["minh", { name: "Minh", email: "minh@example.com" }],
    ["hoa", { name: "Hoa", phone: "+84900000011", email: "hoa@example.com", card: "vip 77" }],
  ]),
  claimants: new Map([
    ["phone:+84900000011", [{ customerId: "hoa", byCompany: true }]],
    ["phone:+84900000012", [{ customerId: "stranger", byCompany: false }]],
    [
      "phone:+84900000013",
      [
        { customerId: "hoa", byCompany: true },
        { customerId: "stranger", byCompany: false },
      ],
    ],
    ["email:hoa@example.com", [{ customerId: "hoa", byCompany: true }]],
    ["card:VIP77", [{ customerId: "hoa", byCompany: true }]],
    [
      "card:SHARED",
      [
        { customerId: "hoa", byCompany: true },
        { customerId: "minh", byCompany: true },
      ],
    ],
  ]),
  numbered: new Set(["lan"]),
  forgotten: new Set(["phone:+84900000009", "card:GONE", "card:VIP77"]),
});
const planRow = (
  known: KnownPeople,
  row: Parameters<typeof planRowOf>[1],
  { replace }: { replace: boolean },
) => planRowOf(known, row, { source: "import", replace });
const plan = (told: Told, replace = false) =>
  planRow(people(), { rowId: "row", told }, { replace });

test("somebody nobody knows is new, under the row's id", () => {
  const told = { phone: "+84900000005", name: "Mai" };
  expect(plan(told)).toEqual({ kind: "new", customerId: "row", fields: ["phone", "name"] });
});

test("what is known stays, and what is missing is filled in", () => {
  const told = { phone: "+84900000001", name: "LAN", birthday: "1990-01-01" };
  expect(plan(told)).toEqual({ kind: "changed", customerId: "lan", fields: ["birthday"] });
  expect(plan(told, true)).toMatchObject({ fields: ["name", "birthday"] });
  expect(plan({ email: "lan@example.com", name: "Lan" })).toMatchObject({ kind: "same" });
});

test("an address leads to its customer, who gets a first number and never another", () => {
  expect(plan({ email: "minh@example.com", phone: "+84900000002" })).toMatchObject({
    ...{ kind: "changed", customerId: "minh", fields: ["phone"] },
  });
  const other = { email: "lan@example.com", phone: "+84900000002" };
  expect(plan(other, true)).toEqual({ kind: "left-out", reason: "other-phone" });
});

test("two customers are never made one by a row", () => {
  const told = { phone: "+84900000001", email: "minh@example.com" };
  expect(plan(told, true)).toEqual({ kind: "left-out", reason: "two-customers" });
});

test("who asked to be forgotten stays forgotten, unless they came back themselves", () => {
  const told = { phone: "+84900000009", name: "Hoa" };
  expect(plan(told)).toEqual({ kind: "left-out", reason: "forgotten" });
  const back = people();
  back.holders.set("phone:+84900000009", "hoa");
  const outcome = planRow(back, { rowId: "row", told }, { replace: false });
  expect(outcome).toMatchObject({ customerId: "hoa" });
});

test("a later row of the same person finds what the earlier one brought", () => {
  const known = people();
  const first = { rowId: "one", told: { phone: "+84900000007", email: "mai@example.com" } };
  planRow(known, first, { replace: false });
  const again = planRow(
    known,
    { rowId: "two", told: { email: "mai@example.com" } },
    { replace: false },
  );
  expect(again).toEqual({ kind: "same", customerId: "one" });
});

test("a number that one record of the company's own words claims, and nobody has, is that record's", () => {
  const told = { phone: "+84900000011", address: "12 Tràng Tiền" };
  expect(plan(told)).toEqual({ kind: "changed", customerId: "hoa", fields: ["address"] });
  expect(plan({ card: "Vip77", name: "Hoa" })).toEqual({ kind: "same", customerId: "hoa" });
  expect(plan({ email: "hoa@example.com", kind: "person" })).toMatchObject({ kind: "same" });
});

test("a number that a guest alone claims, or several records do, joins none of them", () => {
  expect(plan({ phone: "+84900000012" })).toMatchObject({ kind: "new", customerId: "row" });
  expect(plan({ phone: "+84900000013" })).toMatchObject({ kind: "new", customerId: "row" });
});

test("an address or a card joins nobody whose number is another: a family shares them", () => {
  for (const told of [{ card: "VIP 77" }, { email: "hoa@example.com" }])
    expect(plan({ ...told, phone: "+84900000005" })).toMatchObject({ kind: "new" });
});

test("whoever has a number comes before whoever claims another part of the row", () => {
  const told = { phone: "+84900000001", card: "VIP 77" };
  expect(plan(told)).toEqual({ kind: "changed", customerId: "lan", fields: ["card"] });
});

test("a card alone that several have is mended, or each sending would make somebody new", () => {
  expect(plan({ card: "shared" })).toEqual({ kind: "left-out", reason: "two-customers" });
  expect(plan({ card: "new one", name: "Mai" })).toMatchObject({ kind: "new" });
});

test("a later row of the file with the same card alone is the same person", () => {
  const known = people();
  const options = { replace: false };
  const first = planRow(known, { rowId: "one", told: { card: "A 1", name: "Mai" } }, options);
  expect(first).toMatchObject({ kind: "new", customerId: "one" });
  const again = planRow(known, { rowId: "two", told: { card: "a1" } }, options);
  expect(again).toEqual({ kind: "same", customerId: "one" });
});

test("a company's own field is filled where nothing is known, and replaced where the file is to", () => {
  const told = { phone: "+84900000001", "own.size": "42" } as const;
  expect(plan(told)).toMatchObject({ kind: "changed", fields: ["own.size"] });
  const known = people();
  known.told.set("lan", { phone: "+84900000001", "own.size": "41" });
  const options = (replace: boolean) => planRow(known, { rowId: "row", told }, { replace });
  expect(options(false)).toMatchObject({ kind: "same" });
  expect(options(true)).toMatchObject({ kind: "changed", fields: ["own.size"] });
});

test("a card alone does not bring back who was forgotten, unless somebody else has it by now", () => {
  expect(plan({ card: "gone", name: "Mai" })).toEqual({ kind: "left-out", reason: "forgotten" });
  expect(plan({ card: "gone", phone: "+84900000005" })).toMatchObject({ kind: "new" });
  expect(plan({ card: "vip 77" })).toMatchObject({ kind: "same", customerId: "hoa" });
});

test("what a follower typed joins nobody, also who has it: it is told of their own record alone", () => {
  const known = people();
  known.holders.set("zaloId:1:2", "minh");
  const follow = (rowId: string, told: Told) =>
    planRowOf(known, { rowId, told }, { source: "zalo", replace: false });
  const typed = { phone: "+84900000001", email: "lan@example.com" };
  const made = follow("one", { ...typed, zaloId: "1:9" });
  expect(made).toMatchObject({ kind: "new", customerId: "one" });
  expect(follow("two", { ...typed, zaloId: "1:9" })).toEqual({ kind: "same", customerId: "one" });
  expect(follow("three", { ...typed, zaloId: "1:8" })).toMatchObject({ kind: "new" });
  expect(follow("four", { phone: "+84900000001", zaloId: "1:2" })).toMatchObject({
    ...{ kind: "changed", customerId: "minh", fields: ["phone"] },
  });
  expect(known.holders.get("phone:+84900000001")).toBe("lan");
  expect([...known.numbered]).toEqual(["lan"]);
});

test("a number that was typed follows what is typed next, until its customer has proved one", () => {
  const known = people();
  known.holders.set("zaloId:1:2", "minh");
  known.told.set("minh", { name: "Minh", phone: "+84900000005" });
  const next = { rowId: "row", told: { zaloId: "1:2", phone: "+84900000006" } };
  const follow = () => planRowOf(structuredClone(known), next, { source: "zalo", replace: false });
  expect(follow()).toEqual({ kind: "same", customerId: "minh" });
  Object.assign(known, { followed: new Map([["minh", new Set(["phone"])]]) });
  expect(follow()).toMatchObject({ kind: "changed", fields: ["phone"] });
  known.numbered.add("minh");
  expect(follow()).toEqual({ kind: "same", customerId: "minh" });
});
