import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { splitStatements } from "../../platform/statements.ts";
import type { CouponsReply } from "./schema.ts";

const MIGRATION = join(import.meta.dirname, "migrations/202611280371_came_from_before.sql");

let site: TestSite;
let staff: TestStaff;
let lan: string;
let hoa: string;
let minh: string;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  const branchId = (await staff.addBranch()).id;
  const words = (text: string) => ({ vi: text, en: text });
  await post("/coupon-kinds", {
    ...{ name: words("Cà phê"), offer: words("Một ly"), terms: null, validDays: 30, branchIds: [] },
    ...{ surveyIds: [], profileCompleteness: 40 },
  });
  const add = async (name: string, phone: string) => {
    const values = { name, phone, address: "12 Tràng Tiền", birthday: "1990-02-28" };
    return (await post<{ id: string }>("/customers", { branchId, values })).id;
  };
  lan = await add("Lan", "0912345678");
  hoa = await add("Hoa", "0912345679");
  minh = await add("Minh", "0912345670");
  await askUntil(owners, (ids) => ids.length === 3);
});
afterAll(() => site?.close());

async function post<Reply = unknown>(path: string, body?: object): Promise<Reply> {
  const { status, body: reply } = await staff.request("POST", `/api/v1${path}`, body);
  expect(status).toBeLessThan(300);
  return reply as Reply;
}
const owners = async () => {
  const { coupons } = await staff.get<CouponsReply>("/api/v1/coupons");
  return coupons.map(({ customerId }) => customerId).toSorted();
};
async function expectOwners(ids: readonly string[]): Promise<void> {
  const wanted = ids.toSorted();
  const found = await askUntil(owners, (now) => now.join() === wanted.join());
  expect(found).toEqual(wanted);
}
async function merge(keptId: string, goneId: string, owned: readonly string[]): Promise<string> {
  const { id } = await post<{ id: string }>("/customer-merges", { keptId, goneId });
  await expectOwners(owned);
  return id;
}
const undo = (mergeId: string) => post(`/customer-merges/${mergeId}/undo`);
const run = async () => {
  for (const statement of splitStatements(await readFile(MIGRATION, "utf8")))
    await site.asAdministrator(statement, []);
};

test("coupons that were moved before it was kept from where come back through every merge", async () => {
  const first = await merge(lan, hoa, [lan, lan, minh]);
  const second = await merge(minh, lan, [minh, minh, minh]);
  await site.asAdministrator("update coupons set came_from = '{}' where tenant_id = $1", [
    staff.tenantId,
  ]);
  await run();
  await expectOwners([minh, minh, minh]);
  await undo(second);
  await expectOwners([lan, lan, minh]);
  await undo(first);
  await expectOwners([lan, hoa, minh]);
});

test("a coupon that was left behind as a merge was undone is its earner's again, and others stay", async () => {
  await undo(await merge(lan, hoa, [lan, lan, minh]));
  await expectOwners([lan, hoa, minh]);
  const move = "update coupons set customer_id = $1 where tenant_id = $2 and customer_id = $3";
  await site.asAdministrator(move, [lan, staff.tenantId, hoa]);
  await expectOwners([lan, lan, minh]);
  await run();
  await expectOwners([lan, hoa, minh]);
  await run();
  await expectOwners([lan, hoa, minh]);
});
