import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askUntil, openTestSite, type TestSite } from "../../../test/open-test-site.ts";
import { NAS_ID } from "../../../test/test-box.ts";

const MINUTE = 60_000;
/** 23:30 of the 9th in Vietnam, though in London the 9th is not over for hours. */
const LATE = new Date("2026-03-09T16:30:00.000Z");

let site: TestSite;

beforeAll(async () => {
  site = await openTestSite({ startsAt: new Date("2026-03-10T03:00:00.000Z") });
});
afterAll(() => site?.close());

type Use = { sessions: number; connectedSeconds: number; devices: { deviceMac: string }[] };
type Sessions = { sessions: { id: string; isOpen: boolean; endedAt: string | null }[] };

/** A company with one customer, who was there for half an hour late on the 9th and is there now. */
async function openCompany() {
  const staff = await site.addOwner();
  const box = await staff.addBox((await staff.addBranch({ name: "Hồ Gươm" })).id);
  const lan = box.signIn({ phone: "+84912345678", name: "Lan", at: LATE });
  const endedAt = new Date(LATE.getTime() + 30 * MINUTE);
  const last = box.visit({ ...lan, startedAt: LATE, endedAt });
  const here = box.visit({ ...lan, startedAt: new Date("2026-03-10T02:50:00Z"), endedAt: null });
  await box.push([...lan.events, ...last.events, ...here.events]);
  type Customers = { customers: { id: string; visits: number }[] };
  const { customers } = await askUntil(
    () => staff.get<Customers>("/api/v1/customers"),
    (reply) => reply.customers[0]?.visits === 2,
  );
  return { staff, path: `/api/v1/customers/${customers[0]?.id}` };
}

test("sessions are counted by the day they began on by their branch's clock, both ends included", async () => {
  const { staff, path } = await openCompany();
  const count = async (query: string) =>
    (await staff.get<Use>(`${path}/wifi-use${query}`)).sessions;
  expect(await count("?from=2026-03-09&to=2026-03-09")).toBe(1);
  expect(await count("?from=2026-03-10")).toBe(1);
  expect(await count("?to=2026-03-08")).toBe(0);
  expect(await count("")).toBe(2);
});

test("each access controller tells its last guest and who is online through it, to its own company alone", async () => {
  const { staff } = await openCompany();
  type Branches = { branches: { id: string }[] };
  const { branches } = await staff.get<Branches>("/api/v1/branches");
  const path = `/api/v1/branches/${branches[0]?.id}`;
  const settings = await staff.get<{ nas: unknown[] }>(`${path}/settings`);
  const nas = (id: string, source: string) => ({
    ...{ id, name: source, kind: "radius", vendor: "plain", source, nasIdentifier: "" },
    radiusSecret: "a secret of the test",
  });
  const listed = [nas(NAS_ID, "10.0.0.1"), nas(uuidv7(), "10.0.0.2")];
  const saved = await staff.request("PUT", `${path}/settings`, { ...settings, nas: listed });
  expect(saved.status).toBe(200);
  const read = () => staff.get<{ accessPoints: unknown[] }>(`${path}/access-points`);
  const lastGuestAt = "2026-03-10T02:50:00.000Z";
  expect((await read()).accessPoints).toEqual([{ nasId: NAS_ID, lastGuestAt, guestsOnline: 1 }]);
  const other = await site.addOwner("Another");
  expect((await other.request("GET", `${path}/access-points`)).status).toBe(404);
});

test("a session of a box that was not heard of for a day is open no more, and has no end", async () => {
  const { staff, path } = await openCompany();
  const newest = async () => (await staff.get<Sessions>(`${path}/sessions`)).sessions[0];
  expect(await newest()).toMatchObject({ isOpen: true, endedAt: null });
  site.passSeconds(25 * 3600);
  expect(await newest()).toMatchObject({ isOpen: false, endedAt: null });
});

test("no other company sees anything of it, and a day or cursor that is none is refused", async () => {
  const { staff, path } = await openCompany();
  const other = await site.addOwner("Other");
  const none = { sessions: 0, connectedSeconds: 0, uploadBytes: 0, downloadBytes: 0, devices: [] };
  expect(await other.get(`${path}/wifi-use`)).toEqual(none);
  expect(await other.get(`${path}/sessions`)).toEqual({
    ...{ sessions: [], nextCursor: null, total: 0 },
  });
  const refused = (query: string) => staff.request("GET", `${path}/sessions${query}`);
  expect(await refused("?from=2026-02-30")).toMatchObject({ status: 400 });
  expect(await refused("?cursor=abc")).toMatchObject({ status: 400 });
  expect(await refused("?deviceId=abc")).toMatchObject({ status: 400 });
});
