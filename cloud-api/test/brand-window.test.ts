import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { storePush } from "../src/features/ingest/index.ts";
import { takeStep } from "../src/features/visits/brand-moves.ts";
import { findKnownGuests } from "../src/features/visits/known-guests.ts";
import { newId } from "../src/platform/clock.ts";
import { type KnownShelf, openKnownShelf } from "./known-shelf.ts";
import { openTestCloud, type TestCloud } from "./open-test-cloud.ts";
import { openTestPlace, type TestPlace } from "./open-test-place.ts";
import type { TestBox } from "./test-box.ts";

// A guest's events may lie in the log, unread, while their branch is on its way to another brand. Whose guests
// a box is told of goes by what has been read: it follows the log, and so does the way.

/** A guest of the brand that is left, of the brand that is gone to, and of each branch. */
const LAN = { name: "Lan", phone: "+84900000001" };
const HUNG = { name: "Hùng", phone: "+84900000002" };
const HOA = { name: "Hoa", phone: "+84900000003" };
const MINH = { name: "Minh", phone: "+84900000004" };
/** Begin, walk, turn, walk. */
const STEPS = 4;

type Stand = { box: TestBox; shelf: KnownShelf };

let cloud: TestCloud;
let place: TestPlace;
/** From the brand of `left` to that of `found`. */
let going: Stand;
let left: Stand;
let found: Stand;

beforeAll(async () => {
  cloud = await openTestCloud();
});
beforeEach(async () => {
  place = await openTestPlace(cloud);
  const boxes = [place.box, await place.addBox("Tây Hồ"), await place.addBox("Ba Đình")];
  [going, left, found] = boxes.map((box) => ({ box, shelf: openShelf(box) })) as [
    Stand,
    Stand,
    Stand,
  ];
  const tea = newId();
  await place.query(
    `insert into brands (tenant_id, id, name, accent_colour, created_at)
     values ($tenant, '${tea}', 'Trà', '#123456', now())`,
  );
  await put(found, `brand_id = '${tea}', told_brand_id = '${tea}'`);
  await come(going, LAN);
  await come(left, HOA);
  await come(found, HUNG);
  await readAll();
  await put(going, `brand_id = '${tea}'`);
});
afterAll(() => cloud?.close());

const put = ({ box }: Stand, brand: string) =>
  place.query(`update branches set ${brand} where tenant_id = $tenant and id = '${box.branchId}'`);

const openShelf = ({ branchId, boxId, epoch }: TestBox) =>
  openKnownShelf({
    pull: async ({ guests: since, guestsPage }) => {
      const asked = { branchId, boxId, epoch, since, guestsPage, lookedTo: 0, guestsMax: 1000 };
      const rules = { recogniseDays: { given: 30, randomised: 30 }, countsTenantVisits: false };
      const { known } = await cloud.database.inTenant(place.tenantId, (tx) =>
        findKnownGuests(tx, { ...asked, ...rules, mark: null }),
      );
      return { knownGuests: known };
    },
  });

/** Stored in the log, and read by nobody yet. */
async function come({ box }: Stand, guest: { name: string; phone: string }): Promise<void> {
  await storePush(cloud.database, box, { epoch: box.epoch, events: box.signIn(guest).events });
}

const namesOf = ({ shelf }: Stand) => [...shelf.held().values()].sort();
async function pullAll(): Promise<void> {
  for (const { shelf } of [going, left, found]) while (await shelf.pull());
}
async function readAll(): Promise<void> {
  expect((await cloud.follow(place.tenantId)).kind).toBe("done");
  await pullAll();
}

const MOMENTS = [0, 1, 2, 3, STEPS].flatMap((at): [number, "before" | "behind"][] =>
  at < STEPS
    ? [
        [at, "before"],
        [at, "behind"],
      ]
    : [[at, "before"]],
);

test.each(MOMENTS)(
  "who comes at step %i of the way, %s it in the log, ends with the brand that is gone to, and a regular of the other with both",
  async (at, side) => {
    const arrive = async () => {
      await come(going, MINH);
      await come(going, HOA);
    };
    let step = 0;
    for (; ; step += 1) {
      if (step === at && side === "before") await arrive();
      const rest = await takeStep(cloud, place.tenantId);
      if (step === at && side !== "before") await arrive();
      // What was stored is not read yet: boxes ask in between.
      await pullAll();
      expect(namesOf(going)).toContain("Lan");
      if (rest === null) break;
      await readAll();
      cloud.passSeconds(60);
    }
    await readAll();
    expect(step).toBe(STEPS);
    const tea = ["Hoa", "Hùng", "Lan", "Minh"];
    expect([going, found].map(namesOf)).toEqual([tea, tea]);
    expect(namesOf(left)).toEqual(["Hoa"]);
  },
);

test("a regular of the brand that is left, whose coming is not read when the boxes turn, is away until it is", async () => {
  for (let step = 0; step < 3; step += 1) {
    expect(await takeStep(cloud, place.tenantId)).not.toBeNull();
    await cloud.follow(place.tenantId);
    cloud.passSeconds(60);
    if (step < 2) await pullAll();
  }
  await come(going, HOA);
  await pullAll();
  // The cloud cannot tell what it has not read. The box knows its own guests meanwhile, as it always does.
  expect(namesOf(going)).toEqual(["Hùng", "Lan"]);
  await readAll();
  expect(namesOf(going)).toEqual(["Hoa", "Hùng", "Lan"]);
});
