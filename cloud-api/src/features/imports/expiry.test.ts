import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { openTestPlace, type TestPlace } from "../../../test/open-test-place.ts";
import { newId } from "../../platform/clock.ts";
import { bringRows, expireGuests } from "../customers/index.ts";

const DAY_SECONDS = 24 * 60 * 60;

let cloud: TestCloud;
let place: TestPlace;
beforeAll(async () => {
  cloud = await openTestCloud({ startsAt: new Date("2026-11-26T02:00:00Z") });
  place = await openTestPlace(cloud);
});
afterAll(() => cloud?.close());

/** One row of a file, and what staff are told becomes of it. */
async function bring(told: { name: string; phone: string; email?: string }): Promise<void> {
  await cloud.database.changeTenant(place.tenantId, async (tx) => {
    const bringing = {
      ...{ source: "import" as const, importId: newId(), staffId: newId(), batch: 1 },
      ...{ branchId: place.box.branchId, replace: false },
    };
    const events = [bringRows(tx, bringing, [{ rowId: newId(), row: 2, told }])];
    return { result: null, events };
  });
  await cloud.follow(place.tenantId);
}

/** Forgets whoever was not heard of for so many days. */
async function expire(days: number): Promise<number> {
  const { tenantId } = place;
  const count = await cloud.database.changeTenant(tenantId, async (tx) => {
    const before = new Date(tx.now.getTime() - days * DAY_SECONDS * 1000);
    const events = await expireGuests(tx, { before, limit: 100 });
    return { result: events.length, events };
  });
  await cloud.follow(tenantId);
  return count;
}

test("whom a file brought in is forgotten like any guest, with what the log holds of the row, and the same list brings nobody back", async () => {
  const lan = { name: "Tuyết Lan", phone: "+84912345678" };
  await bring(lan);
  cloud.passSeconds(100 * DAY_SECONDS);
  // A second file that tells something new has heard of her.
  await bring({ ...lan, email: "tuyet.lan@example.com" });
  cloud.passSeconds(50 * DAY_SECONDS);
  expect(await expire(120)).toBe(0);
  expect(await place.countRowsWith("912345678")).toBeGreaterThan(0);
  cloud.passSeconds(71 * DAY_SECONDS);
  expect(await expire(120)).toBe(1);
  for (const text of ["912345678", "tuyết lan", "tuyet.lan"])
    expect(await place.countRowsWith(text)).toBe(0);
  await bring(lan);
  expect(await place.countRowsWith("912345678")).toBe(0);
});
