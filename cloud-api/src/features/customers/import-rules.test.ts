import { expect, test } from "vitest";
import { type KnownPeople, planRow, type Told } from "./import-rules.ts";

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
  ]),
  numbered: new Set(["lan"]),
  forgotten: new Set(["phone:+84900000009"]),
});
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
