import {
  adoptKnownGuest,
  askForGuest,
  findKnownGuestByMac,
  findKnownGuestByPhone,
  findSettings,
  giveConsent,
  listOpenQuestions,
  seeDevice,
  signInGuest,
  startSession,
} from "@foyer/branch-store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CodeSite, openCodeSite } from "./code-site.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";

const NAS_ID = "01990000-0000-7000-8000-000000000130";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 120_000);
afterAll(() => cloud?.close());

type Person = { phone: string; name: string; mac: string };
const LAN: Person = { phone: "+84912345678", name: "Lan", mac: "AC-00-5E-00-53-01" };
const MINH: Person = { phone: "+84912345679", name: "Minh", mac: "AC-00-5E-00-53-02" };

/** Signs somebody in on a device that the NAS vouches for, who agrees to a profile and goes online. */
function signIn({ store }: CodeSite, { phone, name, mac }: Person): void {
  store.transaction((tx) => {
    const place = { nasId: NAS_ID, mac };
    const { id: deviceId } = seeDevice(tx, { ...place, by: "portal" });
    const terms = { deviceId, nasId: NAS_ID, language: "en" as const };
    const { id: guestId } = signInGuest(tx, {
      ...{ ...terms, details: { name }, termsVersion: 1, phone, proved: true },
    });
    const words = { textVersion: 1, textSha256: "0".repeat(64) };
    giveConsent(tx, { ...terms, ...words, guestId, purpose: "profiling" });
    startSession(tx, { ...place, acctSessionId: mac, at: tx.now });
  });
}

const knows = ({ store }: CodeSite, { phone, mac }: Person) =>
  store.read((tx) => ({
    name: findKnownGuestByPhone(tx, phone)?.name ?? null,
    byDevice: findKnownGuestByMac(tx, mac)?.known.name ?? null,
  }));

test("a guest of one branch is known at the other by number and device, and greeted as themselves", async () => {
  const [here, there] = [await openCodeSite(cloud), await openCodeSite(cloud)];
  signIn(here, LAN);
  const known = { name: "Lan", byDevice: "Lan" };
  const told = await askUntil(
    () => knows(there, LAN),
    ({ byDevice }) => byDevice !== null,
  );
  expect(told).toEqual(known);
  const guest = there.store.transaction((tx) => {
    const device = seeDevice(tx, { mac: LAN.mac, nasId: NAS_ID, by: "portal" });
    return adoptKnownGuest(tx, { device, nasId: NAS_ID, proof: "signed-hand-off" });
  });
  expect(guest).toMatchObject({ name: "Lan", phone: null });
  const { customers } = await askUntil(
    () => cloud.get<{ customers: { name: string }[] }>("GET", "/api/v1/customers"),
    (list) => list.customers.length > 0,
  );
  expect(customers.map(({ name }) => name)).toEqual(["Lan"]);
});

test("with the uplink cut a guest who is asked for stays new, and is known soon after it is back", async () => {
  const [here, there] = [await openCodeSite(cloud), await openCodeSite(cloud)];
  there.uplink.cut();
  signIn(here, MINH);
  await askUntil(
    () => knows(here, MINH),
    ({ byDevice }) => byDevice !== null,
  );
  there.store.transaction((tx) => askForGuest(tx, { phone: MINH.phone }));
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(knows(there, MINH).name).toBeNull();
  expect(there.store.read((tx) => listOpenQuestions(tx, 10))).toHaveLength(1);
  there.uplink.restore();
  const told = await askUntil(
    () => knows(there, MINH),
    ({ name }) => name !== null,
  );
  expect(told.name).toBe("Minh");
});

test("what a marketer changes is on the box while it waits for news", async () => {
  const site = await openCodeSite(cloud);
  const path = `/api/v1/branches/${site.branchId}/settings`;
  type Document = { version: number; brand: { name: string } };
  const { version: _version, ...document } = await cloud.get<Document>("GET", path);
  const brand = { ...document.brand, name: "Riverside" };
  await cloud.get("PUT", path, { ...document, brand });
  const name = () => site.store.read(findSettings)?.brand.name;
  expect(await askUntil(name, (each) => each === "Riverside")).toBe("Riverside");
});
