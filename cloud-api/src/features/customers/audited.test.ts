import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import type { CustomerReply } from "./schema.ts";

let site: TestSite;
let staff: TestStaff;
let branchId: string;
beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  branchId = (await staff.addBranch()).id;
});
afterAll(() => site?.close());

type Entry = { action: string; recordId: string | null; before: unknown; after: unknown };
const audit = async (kind: string) =>
  (await staff.get<{ entries: Entry[] }>(`/api/v1/audit?kind=${kind}`)).entries;
const post = async (path: string, body: object) =>
  (await staff.request("POST", path, body)).body as { id: string };
const add = async (values: Record<string, string>) =>
  (await post("/api/v1/customers", { branchId, values })).id;
const mergeInto = (keptId: string, goneId: string) =>
  post("/api/v1/customer-merges", { keptId, goneId });

test("what staff make of a customer and change of one is told with the parts that differ", async () => {
  const lan = await add({ name: "Lan", email: "lan@example.com" });
  const path = `/api/v1/customers/${lan}`;
  await staff.request("PATCH", path, { values: { name: "Lan", email: "", card: "VIP7" } });
  expect(await audit("customers")).toMatchObject([
    {
      ...{ action: "PATCH /api/v1/customers/:id", recordId: lan },
      ...{ before: { email: "lan@example.com", card: "" }, after: { email: "", card: "VIP7" } },
    },
    { recordId: lan, before: null, after: { name: "Lan", email: "lan@example.com" } },
  ]);
});

test("a merge and its undo are told by the two records, and a field by its words", async () => {
  const [lan, minh] = [await add({ name: "Lan" }), await add({ name: "Minh" })];
  const { id } = await mergeInto(lan, minh);
  const state = () => staff.get<{ state: string }>(`/api/v1/customer-merges/${id}`);
  await askUntil(state, (merge) => merge.state === "merged");
  await staff.request("POST", `/api/v1/customer-merges/${id}/undo`);
  const both = { keptId: lan, goneId: minh };
  expect(await audit("customer-merges")).toMatchObject([
    { recordId: id, before: both, after: null },
    { recordId: id, before: null, after: both },
  ]);
  await post("/api/v1/customer-fields", { kind: "text", label: { en: "Usual" } });
  expect(await audit("customer-fields")).toMatchObject([
    { recordId: "own.usual", after: { kind: "text", label: { en: "Usual" } } },
  ]);
});

test("who is forgotten is forgotten by the log of changes, with what they were before a merge", async () => {
  const lan = await add({ name: "Lan Lanh", email: "lan@example.com" });
  const gone = await add({ name: "Minh Mẫn", email: "minh@example.com" });
  const { id } = await mergeInto(lan, gone);
  const state = () => staff.get<{ state: string }>(`/api/v1/customer-merges/${id}`);
  await askUntil(state, (merge) => merge.state === "merged");
  const requests = `/api/v1/customers/${lan}/requests`;
  const request = await post(requests, { kind: "deletion" });
  await staff.request("POST", `${requests}/${request.id}/outcome`, { outcome: "done" });
  const page = () => staff.get<CustomerReply>(`/api/v1/customers/${lan}`);
  await askUntil(page, ({ name }) => name === null);
  for (const text of ["Lan Lanh", "Minh Mẫn", "lan@example.com", "minh@example.com"])
    expect(await site.countPersonal(staff.tenantId, text)).toBe(0);
  const told = (await audit("customers")).filter(({ recordId }) => recordId === gone);
  expect(told).toMatchObject([{ before: null, after: null }]);
});
