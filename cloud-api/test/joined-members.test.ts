import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { answerRequest, liftRestriction, noteAsked } from "../src/features/customers/answers.ts";
import { addCustomer, editCustomer } from "../src/features/customers/edits.ts";
import { bringRows, type Told } from "../src/features/customers/index.ts";
import { askToMerge, askToUndo } from "../src/features/customers/merges.ts";
import { newId } from "../src/platform/clock.ts";
import type { TenantTransaction } from "../src/platform/db.ts";
import type { NewEvent } from "../src/platform/events.ts";
import { openTestCloud, type TestCloud } from "./open-test-cloud.ts";
import { STAFF_ID } from "./open-test-people.ts";
import { all, openSegmentPlace, type SegmentPlace, visitsOf } from "./segment-place.ts";

const LAN = "+84912345678";
const MINH = "+84987654321";

let cloud: TestCloud;
let place: SegmentPlace;
beforeAll(async () => {
  cloud = await openTestCloud({ startsAt: new Date("2026-03-01T05:00:00Z") });
});
beforeEach(async () => {
  place = await openSegmentPlace(cloud);
});
afterAll(() => cloud?.close());

async function change<T>(
  work: (tx: TenantTransaction) => Promise<{ result: T; events: NewEvent[] }>,
): Promise<T> {
  const result = await cloud.database.changeTenant(place.tenantId, work);
  expect(await cloud.follow(place.tenantId)).toMatchObject({ kind: "done" });
  return result;
}
const edit = (customerId: string, values: Record<string, string>) =>
  change(async (tx) => ({
    result: null,
    events: await editCustomer(tx, { customerId, values, by: "staff", staffId: STAFF_ID }),
  }));
const merge = (keptId: string, goneId: string) =>
  change(async (tx) => {
    const { mergeId, events } = await askToMerge(tx, { keptId, goneId, staffId: STAFF_ID });
    return { result: mergeId, events };
  });
const undo = (mergeId: string) =>
  change(async (tx) => ({
    result: null,
    events: await askToUndo(tx, { mergeId, staffId: STAFF_ID }),
  }));
const add = (values: Record<string, string>) =>
  change(async (tx) => {
    const added = { branchId: place.box.branchId, country: "VN", values, staffId: STAFF_ID };
    const { customerId: result, events } = await addCustomer(tx, added);
    return { result, events };
  });
const bring = (told: readonly Told[], source: "import" | "zalo" = "import") =>
  change(async (tx) => {
    const rows = told.map((each, index) => ({ rowId: newId(), row: index + 2, told: each }));
    const isFile = source === "import";
    const whose = { importId: isFile ? newId() : null, staffId: isFile ? STAFF_ID : null };
    const { branchId } = place.box;
    const bringing = { source, ...whose, batch: 1, branchId, replace: true };
    return { result: rows.map(({ rowId }) => rowId), events: [bringRows(tx, bringing, rows)] };
  });
/** What is kept of every segment is what one statement finds. */
async function expectEqual(): Promise<void> {
  for (const { fitting, kept, count } of await place.compare()) {
    expect(kept).toEqual(fitting);
    expect(count).toBe(fitting.length);
  }
}
type Scored = { id: string; visits: number };
const scores = () =>
  place.query<Scored>(`select customer_id as id, visits from customer_scores
    where tenant_id = $tenant order by customer_id`);
const known = (field: string) => all({ kind: "field", field, test: { is: "known" } });

describe("a merge", () => {
  test("part of MC-2.8: gives the kept record the segments of all its visits, and its undo gives each their own", async () => {
    const regulars = await place.make(all(visitsOf(3)));
    const anybody = await place.make(known("phone"));
    const [lan, minh] = [await place.meet(LAN), await place.meet(MINH)];
    for (const hours of [50, 30]) await place.visit(lan, hours);
    await place.visit(minh, 40);
    expect(await place.members(regulars)).toEqual([]);
    const mergeId = await merge(lan.customerId, minh.customerId);
    expect(await place.members(regulars)).toEqual([lan.customerId]);
    expect(await place.members(anybody)).toEqual([lan.customerId]);
    await expectEqual();
    expect(await scores()).toEqual([{ id: lan.customerId, visits: 3 }]);
    await undo(mergeId);
    expect(await place.members(regulars)).toEqual([]);
    expect(await place.members(anybody)).toEqual([lan.customerId, minh.customerId].toSorted());
    await expectEqual();
    expect(await scores()).toEqual(
      [
        { id: lan.customerId, visits: 2 },
        { id: minh.customerId, visits: 1 },
      ].toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    );
    expect((await place.told()).slice(2).map(({ type, segmentId }) => [type, segmentId])).toEqual(
      expect.arrayContaining([
        ["segment.left", anybody],
        ["segment.entered", regulars],
        ["segment.left", regulars],
        ["segment.entered", anybody],
      ]),
    );
  });

  test("leaves what rules gave to the rules: the tier of the kept record is what its points are worth", async () => {
    const [silver, gold] = [newId(), newId()];
    for (const id of [silver, gold])
      await place.query(`insert into marks (tenant_id, id, kind, name, created_at)
        values ($tenant, '${id}', 'tier', '${id}', now())`);
    const [lan, minh] = [await place.meet(LAN), await place.meet(MINH)];
    await place.visit(minh, 40);
    const give = (customerId: string, id: string, byRule: boolean) =>
      place.query(`insert into customer_marks (tenant_id, customer_id, mark_id, kind, by_rule)
        values ($tenant, '${customerId}', '${id}', 'tier', ${byRule})`);
    const held = () =>
      place.query(`select customer_id as id, mark_id as mark, by_rule as "byRule"
        from customer_marks where tenant_id = $tenant`);
    // Of a rule that is no more: points are worth no tier.
    await give(minh.customerId, silver, true);
    const first = await merge(lan.customerId, minh.customerId);
    expect(await held()).toEqual([]);
    await undo(first);
    await give(lan.customerId, silver, true);
    await give(minh.customerId, gold, false);
    const second = await merge(lan.customerId, minh.customerId);
    expect(await held()).toEqual([{ id: lan.customerId, mark: gold, byRule: false }]);
    await undo(second);
    expect(await held()).toEqual([{ id: minh.customerId, mark: gold, byRule: false }]);
  });
});

describe("a record", () => {
  test("that is not to be used leaves its segments until that is lifted", async () => {
    const anybody = await place.make(known("phone"));
    const { customerId } = await place.meet(LAN);
    expect(await place.members(anybody)).toEqual([customerId]);
    const who = { customerId, staffId: STAFF_ID };
    const id = await change(async (tx) => {
      const asked = { ...who, kind: "restriction" as const, note: null };
      const { requestId, events } = await noteAsked(tx, asked);
      return { result: requestId, events };
    });
    await change(async (tx) => ({
      result: null,
      events: await answerRequest(tx, { ...who, id, outcome: "done", note: null }),
    }));
    expect(await place.members(anybody)).toEqual([]);
    await expectEqual();
    await change(async (tx) => ({ result: null, events: await liftRestriction(tx, who) }));
    expect(await place.members(anybody)).toEqual([customerId]);
    await expectEqual();
  });

  test("that staff have forgotten leaves its segments, and has no points", async () => {
    const regulars = await place.make(all(visitsOf(1)));
    const guest = await place.meet(LAN);
    await place.visit(guest, 5);
    const who = { customerId: guest.customerId, staffId: STAFF_ID };
    expect(await place.members(regulars)).toEqual([guest.customerId]);
    const id = await change(async (tx) => {
      const asked = { ...who, kind: "deletion" as const, note: null };
      const { requestId, events } = await noteAsked(tx, asked);
      return { result: requestId, events };
    });
    await change(async (tx) => ({
      result: null,
      events: await answerRequest(tx, { ...who, id, outcome: "done", note: null }),
    }));
    expect(await place.members(regulars)).toEqual([]);
    expect(await scores()).toEqual([]);
    await expectEqual();
  });

  test("that staff make or edit is in the segments of what they wrote", async () => {
    const mailed = await place.make(known("email"));
    const strangers = await place.make({ kind: "none", of: [visitsOf(1)] });
    const lan = await add({ name: "Lan" });
    expect(await place.members(strangers)).toEqual([lan]);
    expect(await place.members(mailed)).toEqual([]);
    await edit(lan, { email: "lan@example.com" });
    expect(await place.members(mailed)).toEqual([lan]);
    await edit(lan, { email: "" });
    expect(await place.members(mailed)).toEqual([]);
    await expectEqual();
  });

  test("loses the segments of a number that somebody else shows to be theirs", async () => {
    const numbered = await place.make(known("phone"));
    const claimant = await add({ name: "Lan", phone: LAN });
    expect(await place.members(numbered)).toEqual([claimant]);
    const { customerId } = await place.meet(LAN);
    expect(await place.members(numbered)).toEqual([customerId]);
    await expectEqual();
  });
});

describe("a batch", () => {
  test("of a file brings its customers into the segments of what its rows tell", async () => {
    const named = await place.make(known("name"));
    const strangers = await place.make({ kind: "none", of: [visitsOf(1)] });
    const lan = await place.meet(LAN);
    await place.visit(lan, 5);
    expect(await place.members(named)).toEqual([]);
    const told = [
      { phone: LAN, name: "Lan" },
      { phone: MINH, name: "Minh" },
    ];
    const [, minh = ""] = await bring(told);
    expect(await place.members(named)).toEqual([lan.customerId, minh].toSorted());
    expect(await place.members(strangers)).toEqual([minh]);
    await expectEqual();
  });

  test("of a Zalo account's followers brings them as well", async () => {
    const named = await place.make(known("name"));
    const [follower = ""] = await bring([{ zaloId: "1:2", name: "Hoa" }], "zalo");
    expect(await place.members(named)).toEqual([follower]);
    await expectEqual();
  });
});
