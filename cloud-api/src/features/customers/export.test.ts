import { afterAll, beforeAll, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import type { CustomerListReply, ExportListReply } from "./schema.ts";

let site: TestSite;
let owner: TestStaff;
let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
  owner = await site.addOwner();
  box = await owner.addBox((await owner.addBranch()).id);
  await box.push([
    ...box.signIn({ phone: "+84912345678", name: "Nguyễn Thị Ánh" }).events,
    ...box.signIn({ phone: "+84912345679", name: '=HYPERLINK("http://evil.example")' }).events,
  ]);
  await askUntil(
    () => owner.get<CustomerListReply>("/api/v1/customers"),
    ({ total, customers }) => total === 2 && customers.every(({ name }) => name !== null),
  );
});
afterAll(() => site?.close());

const load = async (staff: TestStaff, path: string) =>
  (await staff.download(path)).bytes.toString("utf8");
const exports = async () => (await owner.get<ExportListReply>("/api/v1/customer-exports")).exports;

test("part of MC-2.11: the file holds Vietnamese names, whole numbers and no formula", async () => {
  const lines = (await load(owner, "/api/v1/customers.csv?language=en")).split("\r\n");
  expect(lines[0]).toBe(
    '\ufeff"Name","Phone","Email","Birthday","Language","Kind","Address","Card number","Till (POS) ID","Group","Tags","Visits","First seen","Last visit","First branch"',
  );
  expect(lines).toHaveLength(4);
  const [formula, anh] = lines.slice(1, 3).toSorted();
  expect(anh).toMatch(/^"Nguyễn Thị Ánh","'\+84912345678",,,"vi","Person",,,,,"",0,"20/);
  expect(formula).toMatch(/^"'=HYPERLINK\(""http:\/\/evil\.example""\)","'\+84912345679",/);
  expect(anh).toContain('"Hồ Gươm"');
});

test("part of MC-2.11: it holds just those the list is narrowed to, and the log says who took which and how many", async () => {
  const before = await exports();
  const file = await load(owner, "/api/v1/customers.csv?search=anh");
  expect(file.split("\r\n")).toHaveLength(3);
  expect(file).toContain("Ánh");
  const [newest, ...older] = await askUntil(exports, ([first]) => first?.customers !== null);
  expect(older).toEqual(before);
  expect(newest).toMatchObject({ search: "anh", markId: null, customers: 1 });
  expect(newest?.staffId).toMatch(/^[0-9a-f-]{36}$/);
});

test("part of MC-2.11: viewers take no file, and another company's holds nobody of this one", async () => {
  const viewer = await site.addViewer(owner);
  expect((await viewer.request("GET", "/api/v1/customers.csv")).status).toBe(403);
  expect((await viewer.request("GET", "/api/v1/customer-exports")).status).toBe(403);
  const other = await site.addOwner();
  expect((await load(other, "/api/v1/customers.csv")).split("\r\n")).toHaveLength(2);
});
