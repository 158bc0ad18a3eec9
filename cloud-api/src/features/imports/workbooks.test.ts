import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { readWorkbook } from "../../platform/read-workbook.ts";
import { writeWorkbook } from "../../platform/write-workbook.ts";
import type { CustomerListReply, CustomerReply, ExportListReply } from "../customers/index.ts";
import type { ImportReply } from "./schema.ts";

let site: TestSite;
let owner: TestStaff;
let branchId: string;
let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
});
afterAll(() => site?.close());
beforeEach(async () => {
  owner = await site.addOwner();
  branchId = (await owner.addBranch()).id;
  box = await owner.addBox(branchId);
});

const path = "/api/v1/imports";
const upload = async (bytes: Uint8Array) =>
  (await owner.upload(`${path}?name=khach.xlsx`, bytes)).body as ImportReply;
const reach = (id: string, state: ImportReply["state"]) =>
  askUntil(
    () => owner.get<ImportReply>(`${path}/${id}`),
    (answer) => answer.state === state,
    60_000,
  );

async function check({ id, suggested: columns }: ImportReply) {
  const plan = { columns, branchId, country: "VN", replace: false };
  expect((await owner.request("PUT", `${path}/${id}/plan`, plan)).status).toBe(200);
  return reach(id, "checked");
}

async function bring(rows: string[][]) {
  const { id } = await check(await upload(await write(rows)));
  expect((await owner.request("POST", `${path}/${id}/run`)).status).toBe(204);
  return reach(id, "finished");
}

const listCustomers = (search = "") =>
  owner.get<CustomerListReply>(`/api/v1/customers?search=${encodeURIComponent(search)}`);
async function findOne(search: string): Promise<CustomerReply> {
  const { customers } = await listCustomers(search);
  expect(customers).toHaveLength(1);
  return owner.get<CustomerReply>(`/api/v1/customers/${customers[0]?.id}`);
}

const write = (rows: string[][]) =>
  buffer(writeWorkbook(Readable.from([rows]), { sheet: "Khách" }));

const ROWS = [
  ["Họ tên", "SĐT", "Email", "Ngày sinh"],
  ["Nguyễn Thị Lan", "0912345678", "lan@example.com", "24/3/1992"],
  ["Trần Minh", "84912345679", "", "=1+1"],
  ["Phạm Đạt", "912345670", "", ""],
];
test("MC-2.10 a workbook is mapped, its bad rows are told in a workbook, merged by number, and twice adds nobody", async () => {
  await box.push(box.signIn({ phone: "+84912345678", name: "Lan" }).events);
  await askUntil(
    () => listCustomers(),
    ({ total }) => total === 1,
  );
  const file = await upload(await write(ROWS));
  expect(file).toMatchObject({ state: "uploaded", isWorkbook: true });
  expect(file.suggested).toEqual(["name", "phone", "email", "birthday"]);
  expect(file.samples[0]).toEqual(ROWS[1]);
  const form = { encoding: "utf-8", separator: ";" };
  expect((await owner.request("PUT", `${path}/${file.id}/form`, form)).status).toBe(400);
  const done = await bring(ROWS);
  expect(done.result).toMatchObject({ new: 1, changed: 1, bad: 1 });
  expect(await findOne("0912345678")).toMatchObject({ name: "Lan", email: "lan@example.com" });
  expect((await findOne("0912345670")).name).toBe("Phạm Đạt");
  const bad = (await owner.download(`${path}/${done.id}/bad-rows.xlsx?language=en`)).bytes;
  expect(await readRows(bad)).toEqual([
    [...(ROWS[0] ?? []), "What is wrong"],
    [...(ROWS[2] ?? []), "the birthday is no date (day/month/year)"],
  ]);
  expect((await bring(ROWS)).result).toMatchObject({ new: 0, changed: 0, same: 2 });
  expect((await listCustomers()).total).toBe(2);
  expect(await site.countPersonal(owner.tenantId, "PK")).toBe(0);
});

test("part of MC-2.10: the sample workbook is taken as it is", async () => {
  const sample = (await owner.download(`${path}/sample.xlsx?language=vi`)).bytes;
  const file = await upload(sample);
  expect((await check(file)).checked).toEqual({ rows: 4, new: 4, changed: 0, same: 0, bad: 0 });
});

test("MC-2.11 the list that a filter narrows leaves as a workbook with whole names and numbers, no formula, and is logged", async () => {
  await bring([
    ["Tên", "SĐT"],
    ["Nguyễn Thị Ánh", "0912345678"],
    ["=1+1", "0912345679"],
    ["An", "0912345670"],
  ]);
  const bytes = (await owner.download("/api/v1/customers.xlsx?search=anh&language=vi")).bytes;
  const [heading, ...listed] = await readRows(bytes);
  expect(heading?.slice(0, 2)).toEqual(["Tên", "Điện thoại"]);
  expect(listed.map((cells) => cells.slice(0, 2))).toEqual([["Nguyễn Thị Ánh", "+84912345678"]]);
  const all = await readRows((await owner.download("/api/v1/customers.xlsx")).bytes);
  expect(all.map(([name]) => name)).toContain("=1+1");
  const log = () => owner.get<ExportListReply>("/api/v1/customer-exports");
  const { exports } = await askUntil(log, (answer) =>
    answer.exports.every(({ customers }) => customers !== null),
  );
  expect(exports).toMatchObject([
    { search: null, customers: 3 },
    { search: "anh", customers: 1 },
  ]);
  const viewer = await site.addViewer(owner);
  expect((await viewer.request("GET", "/api/v1/customers.xlsx")).status).toBe(403);
  const other = await site.addOwner();
  expect(await readRows((await other.download("/api/v1/customers.xlsx")).bytes)).toHaveLength(1);
});

async function readRows(bytes: Buffer): Promise<string[][]> {
  const read = async function* (start: number, end: number) {
    yield bytes.subarray(start, end);
  };
  const limits = { rows: 1000, columns: 100, cellCharacters: 1000 };
  const rows: string[][] = [];
  for await (const some of readWorkbook({ bytes: bytes.length, read }, limits)) rows.push(...some);
  return rows;
}
