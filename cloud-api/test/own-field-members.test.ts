import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { updateBrandOf } from "../src/features/branches/brand-queries.ts";
import { branchesChanged } from "../src/features/branches/brand-routes.ts";
import { saveDocument } from "../src/features/branches/index.ts";
import { addCustomer, editCustomer } from "../src/features/customers/edits.ts";
import { insertOwnField } from "../src/features/customers/field-queries.ts";
import { bringRows, type Told } from "../src/features/customers/index.ts";
import { askToMerge, askToUndo } from "../src/features/customers/merges.ts";
import { fireDue } from "../src/features/segments/jobs.ts";
import type { FieldTest } from "../src/features/segments/schema.ts";
import type { BranchKind } from "../src/platform/branch-kinds.ts";
import { newId } from "../src/platform/clock.ts";
import type { TenantTransaction } from "../src/platform/db.ts";
import type { NewEvent } from "../src/platform/events.ts";
import { openTestCloud, type TestCloud } from "./open-test-cloud.ts";
import { STAFF_ID } from "./open-test-people.ts";
import { all, openSegmentPlace, type SegmentPlace } from "./segment-place.ts";

const DAY_SECONDS = 86_400;

let cloud: TestCloud;
let place: SegmentPlace;
beforeAll(async () => {
  // Noon in Ho Chi Minh City.
  cloud = await openTestCloud({ startsAt: new Date("2026-03-01T05:00:00Z") });
});
beforeEach(async () => {
  place = await openSegmentPlace(cloud);
  const label = { vi: "Trường" };
  const uses = { choices: [], searchable: false, openToCustomers: true };
  await change(async (tx) => {
    await insertOwnField(tx, { key: "own.seat", kind: "text", label, ...uses });
    await insertOwnField(tx, { key: "own.until", kind: "date", label, ...uses });
    return { result: null, events: [] };
  });
});
afterAll(() => cloud?.close());

async function change<T>(
  work: (tx: TenantTransaction) => Promise<{ result: T; events: NewEvent[] }>,
): Promise<T> {
  const result = await cloud.database.changeTenant(place.tenantId, work);
  expect(await cloud.follow(place.tenantId)).toMatchObject({ kind: "done" });
  return result;
}
const edit = (customerId: string, values: Record<string, string>, by: "staff" | "customer") =>
  change(async (tx) => {
    const staffId = by === "staff" ? STAFF_ID : null;
    return { result: null, events: await editCustomer(tx, { customerId, values, by, staffId }) };
  });
const add = (values: Record<string, string>) =>
  change(async (tx) => {
    const added = { branchId: place.box.branchId, country: "VN", values, staffId: STAFF_ID };
    const { customerId: result, events } = await addCustomer(tx, added);
    return { result, events };
  });
const bring = (told: Told) =>
  change(async (tx) => {
    const bringing = {
      ...{ source: "import" as const, importId: newId(), batch: 1, staffId: STAFF_ID },
      ...{ branchId: place.box.branchId, replace: true },
    };
    const rows = [{ rowId: newId(), row: 2, told }];
    return { result: null, events: [bringRows(tx, bringing, rows)] };
  });
const asks = (field: string, asked: FieldTest) =>
  place.make(all({ kind: "field", field, test: asked }));
async function expectEqual(): Promise<void> {
  for (const { fitting, kept, count } of await place.compare()) {
    expect(kept).toEqual(fitting);
    expect(count).toBe(fitting.length);
  }
}

test("part of MC-2.8: a field of the company's own takes customers in and out as staff, they themselves and a file change it", async () => {
  const garden = await asks("own.seat", { is: "one-of", values: ["garden"] });
  const lan = await add({ name: "Lan", phone: "0912345678" });
  expect(await place.members(garden)).toEqual([]);
  await edit(lan, { "own.seat": "garden" }, "staff");
  expect(await place.members(garden)).toEqual([lan]);
  await edit(lan, { "own.seat": "" }, "customer");
  expect(await place.members(garden)).toEqual([]);
  await edit(lan, { "own.seat": "garden" }, "customer");
  await bring({ phone: "+84912345678", "own.seat": "inside" });
  expect(await place.members(garden)).toEqual([]);
  await bring({ phone: "+84912345678", "own.seat": "garden" });
  expect(await place.members(garden)).toEqual([lan]);
  await bring({ card: "A 1", "own.seat": "garden" });
  expect(await place.members(garden)).toHaveLength(2);
  await expectEqual();
});

test("part of MC-2.8: a merge brings the fields along, and its undo takes them back", async () => {
  const garden = await asks("own.seat", { is: "begins", text: "gar" });
  const carded = await asks("card", { is: "known" });
  const lan = await add({ name: "Lan" });
  const minh = await add({ name: "Minh", card: "77", "own.seat": "garden" });
  expect(await place.members(carded)).toEqual([minh]);
  const mergeId = await change(async (tx) => {
    const asked = await askToMerge(tx, { keptId: lan, goneId: minh, staffId: STAFF_ID });
    return { result: asked.mergeId, events: asked.events };
  });
  expect(await place.members(garden)).toEqual([lan]);
  expect(await place.members(carded)).toEqual([lan]);
  await expectEqual();
  await change(async (tx) => ({
    result: null,
    events: await askToUndo(tx, { mergeId, staffId: STAFF_ID }),
  }));
  expect(await place.members(garden)).toEqual([minh]);
  expect(await place.members(carded)).toEqual([minh]);
  await expectEqual();
});

test("part of MC-2.8: a date comes near and passes at midnight, though nothing else happens", async () => {
  const soon = await asks("own.until", { is: "from-today", min: 0, max: 2 });
  const past = await asks("own.until", { is: "from-today", max: -1 });
  const lan = await add({ name: "Lan", "own.until": "2026-03-04" });
  expect(await place.members(soon)).toEqual([]);
  cloud.passSeconds(DAY_SECONDS / 2);
  await fireDue(cloud.jobContext, place.tenantId);
  expect(await place.members(soon)).toEqual([lan]);
  cloud.passSeconds(3 * DAY_SECONDS);
  await fireDue(cloud.jobContext, place.tenantId);
  expect(await place.members(soon)).toEqual([]);
  expect(await place.members(past)).toEqual([lan]);
  await expectEqual();
});

test("part of MC-2.8: visits at a brand are those of its branches of today, also once one is put under it", async () => {
  const brandId = newId();
  await place.query(`insert into brands (tenant_id, id, name, accent_colour, created_at)
    values ($tenant, '${brandId}', 'Spa', '#0b6e4f', now())`);
  const condition = { kind: "visit-count" as const, count: { min: 1 } };
  const guests = await place.make(all({ ...condition, visits: { brandIds: [brandId] } }));
  const lan = await place.meet("+84911111111");
  await place.visit(lan, 5);
  expect(await place.members(guests)).toEqual([]);
  const branchIds = [place.box.branchId];
  await change(async (tx) => {
    await updateBrandOf(tx, { brandId, branchIds });
    return { result: null, events: [branchesChanged(tx, { brandId, branchIds })] };
  });
  await place.runJobs();
  expect(await place.members(guests)).toEqual([lan.customerId]);
  await expectEqual();
});

test("part of MC-2.8: visits at cafés are those at the branches that are cafés today, also once one becomes one", async () => {
  const visits = { branchKinds: ["cafe" as const, "spa" as const] };
  const guests = await place.make(all({ kind: "visit-count", count: { min: 1 }, visits }));
  const lan = await place.meet("+84911111111");
  await place.visit(lan, 5);
  const become = async (kind: BranchKind | null) => {
    await change(async (tx) => {
      const saved = await saveDocument(tx, place.box.branchId, (document) => ({
        ...document,
        branch: { ...document.branch, kind },
      }));
      return { result: null, events: saved.kind === "saved" ? saved.events : [] };
    });
    await place.runJobs();
    return place.members(guests);
  };
  expect(await become("shop")).toEqual([]);
  expect(await become("cafe")).toEqual([lan.customerId]);
  await expectEqual();
  expect(await become(null)).toEqual([]);
  await expectEqual();
});
