import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFreePortBase } from "../test/free-ports.ts";
import { listCustomers, type Staff, signInFirst } from "../test/staff.ts";
import { type Demo, startDemo } from "./demo.ts";
import { type InventedGuest, joinWifi, takeTelephone } from "./guests.ts";
import { portsFrom } from "./ports.ts";

const ACCOUNT = { email: "an@cafe.example", name: "An", password: "a-long-enough-password-7" };
const LAN: InventedGuest = {
  ...{ name: "Nguyễn Thị Lan", phone: "0912 000 101", language: "vi", ticksMarketing: true },
  ...{ givesName: true, staySeconds: 0, awaySeconds: 0 },
};

type Branch = { id: string; name: string };
type Customer = {
  source: { branchId: string; branchName: string; at: string };
  fields: {
    field: string;
    value: string;
    givenBy: string;
    givenAt: string;
    branchName: string;
    termsVersion: number;
  }[];
};
type Settings = { legalTexts: { purpose: string; version: number }[] };

let folder: string;
let demo: Demo;
let staff: Staff;
let branch: Branch;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "foyer-welcome-"));
  demo = await startDemo({
    ...{ ports: portsFrom(await findFreePortBase()), dataFolder: folder, guests: [] },
    say: () => {},
    onUnexpectedEnd: (reason) => {
      throw new Error(reason);
    },
  });
  staff = await signInFirst(demo.firstSignInUrl ?? "", ACCOUNT);
  const { branches } = await get<{ branches: Branch[] }>("/api/v1/branches");
  branch = branches[0] as Branch;
}, 180_000);

afterAll(async () => {
  await demo?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

async function get<T>(path: string): Promise<T> {
  const { body } = await request(`${staff.origin}${path}`, { headers: { cookie: staff.cookie } });
  return (await body.json()) as T;
}

const signIn = (guest: InventedGuest) => joinWifi(demo, guest, takeTelephone(demo, guest));
const findLan = async () => (await listCustomers(staff)).filter(({ name }) => name === LAN.name);

test("MC-1.1 an unknown phone finishing the welcome form makes exactly one customer, whose source is the branch it joined", async () => {
  const began = Date.now();
  expect((await signIn(LAN)).online).toBe(true);
  await expect.poll(async () => (await findLan()).length, { timeout: 20_000 }).toBe(1);
  const [lan] = await findLan();
  expect(lan?.phone).toBe("+84912000101");
  const { source } = await get<Customer>(`/api/v1/customers/${lan?.id}`);
  expect(source).toMatchObject({ branchId: branch.id, branchName: branch.name });
  expect(Date.parse(source.at)).toBeGreaterThanOrEqual(began);
  // The same phone on another telephone is the same person, whatever comes after it.
  expect((await signIn(LAN)).online).toBe(true);
  expect((await signIn({ ...LAN, name: "Hùng", phone: "0912 000 199" })).online).toBe(true);
  await expect.poll(async () => (await listCustomers(staff)).length, { timeout: 20_000 }).toBe(2);
  expect(await findLan()).toMatchObject([{ id: lan?.id }]);
}, 120_000);

test("MC-1.6 each stored field says who gave it, when, where, and under which version of the terms", async () => {
  const began = Date.now();
  const guest = { ...LAN, name: "Trần Minh", phone: "0912 000 102" };
  expect((await signIn(guest)).online).toBe(true);
  const found = async () => (await listCustomers(staff)).find(({ name }) => name === guest.name);
  await expect.poll(found, { timeout: 20_000 }).toBeDefined();
  const { legalTexts } = await get<Settings>(`/api/v1/branches/${branch.id}/settings`);
  const terms = legalTexts.find(({ purpose }) => purpose === "terms");
  const { fields } = await get<Customer>(`/api/v1/customers/${(await found())?.id}`);
  expect(fields.map(({ field, value }) => [field, value])).toEqual([
    ["language", "vi"],
    ["name", "Trần Minh"],
    ["phone", "+84912000102"],
  ]);
  for (const { field, givenBy, givenAt, branchName, termsVersion } of fields) {
    expect({ field, givenBy, branchName, termsVersion }).toEqual({
      field,
      ...{ givenBy: "guest", branchName: branch.name, termsVersion: terms?.version },
    });
    expect(Date.parse(givenAt), field).toBeGreaterThanOrEqual(began);
    expect(Date.parse(givenAt), field).toBeLessThanOrEqual(Date.now());
  }
}, 120_000);
