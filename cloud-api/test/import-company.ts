import { afterAll, beforeAll, expect } from "vitest";
import type { CustomerListReply, CustomerReply } from "../src/features/customers/index.ts";
import type { ImportReply } from "../src/features/imports/schema.ts";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "./open-test-site.ts";

/** A site for the tests of one file, and a company in it that brings files in. */
export let site: TestSite;
export let owner: TestStaff;
export let branchId: string;
export let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
});
afterAll(() => site?.close());

export async function openCompany() {
  owner = await site.addOwner();
  branchId = (await owner.addBranch()).id;
  box = await owner.addBox(branchId);
}

export const path = "/api/v1/imports";
export const send = (text: string | Uint8Array, name = "khach.csv") =>
  owner.upload(`${path}?name=${encodeURIComponent(name)}`, Buffer.from(text));
export const upload = async (text: string | Uint8Array) => (await send(text)).body as ImportReply;
export const load = async (file: string) => (await owner.download(file)).bytes.toString("utf8");
export const read = (id: string) => owner.get<ImportReply>(`${path}/${id}`);
export const reach = (id: string, state: ImportReply["state"]) =>
  askUntil(
    () => read(id),
    (answer) => answer.state === state,
    60_000,
  );

/** Takes the columns as suggested, and looks the file through. */
export async function check(file: ImportReply, plan: Partial<ImportReply["plan"]> = {}) {
  const columns = file.suggested;
  const body = { columns, branchId, country: "VN", replace: false, ...plan };
  const answer = await owner.request("PUT", `${path}/${file.id}/plan`, body);
  expect(answer).toMatchObject({ status: 200 });
  return reach(file.id, "checked");
}

export async function bring(text: string | Uint8Array, plan: Partial<ImportReply["plan"]> = {}) {
  const { id } = await check(await upload(text), plan);
  expect((await owner.request("POST", `${path}/${id}/run`)).status).toBe(204);
  return reach(id, "finished");
}

export const listCustomers = async (search = "") => {
  const query = search && `?search=${encodeURIComponent(search)}`;
  return owner.get<CustomerListReply>(`/api/v1/customers${query}`);
};
export async function findOne(search: string): Promise<CustomerReply> {
  const { customers } = await listCustomers(search);
  expect(customers).toHaveLength(1);
  return owner.get<CustomerReply>(`/api/v1/customers/${customers[0]?.id}`);
}
