import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  countUnsent,
  findSealingKey,
  openBranchStore,
  seeDevice,
  signInGuest,
} from "@foyer/branch-store";
import { startSyncAgent } from "@foyer/sync-agent";
import { expect, onTestFinished, test } from "vitest";
import { COUNTRY, TIME_ZONE } from "../demo/branch.ts";
import { type AddedBox, enrolBox } from "./enrol.ts";
import { askUntil, startTestCloud } from "./test-cloud.ts";

const NAS_ID = "01990000-0000-7000-8000-000000000141";
const [LAN, BINH] = ["+84900000901", "+84900000902"] as const;

type Customers = { customers: { name: string | null; phone: string | null }[] };

test("who signs in with the uplink cut lies on the box's disk unreadable, and is whole in the cloud", {
  timeout: 120_000,
}, async () => {
  const cloud = await startTestCloud();
  onTestFinished(() => cloud.close());
  const place = { name: "Test", timeZone: TIME_ZONE, country: COUNTRY, languages: ["vi"] };
  const { id } = await cloud.get<{ id: string }>("POST", "/api/v1/branches", place);
  const path = `/api/v1/branches/${id}/boxes`;
  const { boxKey, ...identity } = await enrolBox(
    await cloud.get<AddedBox>("POST", path, { name: "Box" }),
  );
  const folder = mkdtempSync(join(tmpdir(), "foyer-sealed-"));
  const store = openBranchStore({ folder, identity, clock: cloud.now });
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const given = { identity, boxKey, store, clock: cloud.now, logLevel: "silent" };
  const signIn = (phone: string, name: string, mac: string) =>
    store.transaction((tx) => {
      const device = seeDevice(tx, { mac, nasId: NAS_ID, by: "portal" });
      signInGuest(tx, {
        ...{ deviceId: device.id, nasId: NAS_ID, language: "vi", details: { name } },
        ...{ termsVersion: null, phone, proved: true },
      });
    });
  const emptied = () =>
    askUntil(
      () => store.read(countUnsent),
      (count) => count === 0,
    );

  // From before the cloud was ever reached.
  signIn(LAN, "Lan Sealed", "00-00-5E-00-53-A1");
  const first = await startSyncAgent(given);
  await askUntil(
    () => store.read(findSealingKey),
    (key) => key !== null,
  );
  expect(await emptied()).toBe(0);
  await first.close();

  signIn(BINH, "Binh Sealed", "00-00-5E-00-53-A2");
  const files = readdirSync(folder).filter((name) => name.startsWith("foyer.sqlite"));
  const onDisk = Buffer.concat(files.map((name) => readFileSync(join(folder, name))));
  for (const text of [BINH, "Binh Sealed"]) expect(onDisk.includes(text)).toBe(false);

  const second = await startSyncAgent(given);
  onTestFinished(() => second.close());
  expect(await emptied()).toBe(0);
  const { customers } = await askUntil(
    () => cloud.get<Customers>("GET", "/api/v1/customers"),
    (found) => found.customers.length === 2,
  );
  expect(customers.map(({ name }) => name).sort()).toEqual(["Binh Sealed", "Lan Sealed"]);
  const unread = await cloud.get<{ total: number }>("GET", "/api/v1/unread-events");
  expect(unread.total).toBe(0);
});
