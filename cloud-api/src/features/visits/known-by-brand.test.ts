import { createHmac } from "node:crypto";
import { BOX_API, type GuestAnswers, type KnownGuests } from "@foyer/contract";
import { uuidv7 } from "uuidv7";
import { beforeEach, describe, expect, test } from "vitest";
import { askUntil, type EnrolledBox } from "../../../test/open-test-site.ts";
import { openTwoBranches } from "../../../test/open-two-branches.ts";
import { NAS_ID } from "../../../test/test-box.ts";

const PHONE = "+84912345678";
const SECOND = "+84987654321";

/** `box` stands at a café; `other` at a branch of another brand, which sells tea. */
const company = openTwoBranches();
let teaId: string;
let coffeeId: string;

beforeEach(async () => {
  const { staff, other, box } = company;
  const made = await staff.request("POST", "/api/v1/brands", {
    ...{ name: "Trà", accentColour: "#123456" },
  });
  teaId = (made.body as { id: string }).id;
  const { branches } = await staff.get<{ branches: { id: string; brandId: string }[] }>(
    "/api/v1/branches",
  );
  coffeeId = branches.find(({ id }) => id === box.branchId)?.brandId ?? "";
  await move(other, teaId);
});

/** Puts a box's branch under a brand, and waits until what is told has followed. */
async function move({ branchId }: EnrolledBox, brandId: string): Promise<void> {
  const path = `/api/v1/brands/${brandId}/branches`;
  expect((await company.staff.request("PUT", path, { branchIds: [branchId] })).status).toBe(204);
  await askUntil(
    () => toldBrandOf(branchId),
    (told) => told?.brandId === brandId && told.isThere,
  );
}

const toldBrandOf = async (branchId: string) => {
  const [row] = await company.site.readAsAdministrator<{ brandId: string; isThere: boolean }>(
    `select told_brand_id as "brandId", coming_brand_id is null and walked_to is null as "isThere"
     from branches where id = $1`,
    [branchId],
  );
  return row;
};

const isTold =
  (...names: string[]) =>
  ({ guests }: KnownGuests) =>
    names.every((name) => guests.some((guest) => guest.name === name));

/** What a box is told, once it is as it should be. */
async function told(
  from: EnrolledBox,
  isRight: (known: KnownGuests) => boolean,
  guests = 0,
): Promise<KnownGuests> {
  const reply = await askUntil(
    () => from.pull({ settings: 99, guests, guestsPage: "start" }),
    (pulled) => pulled?.knownGuests != null && isRight(pulled.knownGuests),
  );
  if (!reply?.knownGuests) throw new Error("nobody is told of");
  return reply.knownGuests;
}

const namesOf = ({ guests }: KnownGuests) => guests.map(({ name }) => name).sort();
const come = async (box: EnrolledBox, phone: string, name: string) => {
  const guest = box.signIn({ phone, name });
  await box.push(guest.events);
  return guest;
};
const ask = async (from: EnrolledBox, phone: string) => {
  const { body } = await from.call(BOX_API.guestQuestions, { questions: [{ phone }] });
  return body as GuestAnswers;
};

describe("a guest of one brand", () => {
  test("lies on no box of another until they come there; then they are known, held, and brought up to date", async () => {
    const { box, other } = company;
    await come(box, PHONE, "Lan");
    await come(other, SECOND, "Hùng");
    await told(box, isTold("Lan"));
    const there = await told(other, isTold("Hùng"));
    expect(namesOf(there)).toEqual(["Hùng"]);
    expect(JSON.stringify(there)).not.toContain("Lan");
    const { guests, key } = await ask(other, PHONE);
    expect(guests).toMatchObject([{ name: "Lan", visits: 0 }]);
    const phoneHash = createHmac("sha256", Buffer.from(key, "base64")).update(PHONE).digest("hex");
    expect(guests[0]?.phoneHash).toBe(phoneHash);
    const visitor = await come(other, PHONE, "Lan Anh");
    const later = await told(other, isTold("Lan Anh"), there.position);
    const known = later.guests.find(({ name }) => name === "Lan Anh");
    expect(known?.guestIds).toContain(visitor.guestId);
    expect(known?.guestIds).toHaveLength(2);
  });

  test("who was asked for and came no further is forgotten there with the next change", async () => {
    const { box, other } = company;
    const lan = await come(box, PHONE, "Lan");
    await told(box, isTold("Lan"));
    const { guests, position } = await ask(other, PHONE);
    const terms = { language: "vi" as const, termsVersion: 1, nasId: NAS_ID };
    const ids = { guestId: lan.guestId, deviceId: lan.deviceId };
    await box.push([
      box.write("guest.registered", { ...ids, ...terms, details: { name: "Lan Anh" } }),
    ]);
    const gone = await told(other, ({ removed }) => removed.length > 0, position);
    expect(gone).toMatchObject({ removed: [guests[0]?.customerId], guests: [] });
  });

  test("who is forgotten, or is not to be used, is told to the boxes of every brand", async () => {
    const { box, other, staff } = company;
    const lan = await come(box, PHONE, "Lan");
    await come(box, SECOND, "Hùng");
    const { guests } = await told(box, isTold("Lan", "Hùng"));
    const idOf = (name: string) => guests.find((guest) => guest.name === name)?.customerId ?? "";
    const { position } = await told(other, () => true);
    const path = `/api/v1/customers/${idOf("Hùng")}/requests`;
    const noted = await staff.request("POST", path, { kind: "restriction" });
    expect(noted.status, JSON.stringify(noted.body)).toBe(201);
    const { id } = noted.body as { id: string };
    const answer = await staff.request("POST", `${path}/${id}/outcome`, { outcome: "done" });
    expect(answer.status, JSON.stringify(answer.body)).toBe(204);
    const ids = { guestId: lan.guestId, deviceId: lan.deviceId, nasId: NAS_ID };
    await box.push([
      box.write("guest.deletion-requested", { ...ids, requestId: uuidv7(), language: "vi" }),
    ]);
    const gone = await told(other, ({ removed }) => removed.length === 2, position);
    expect(gone.removed.toSorted()).toEqual([idOf("Lan"), idOf("Hùng")].sort());
  });
});

test("a branch that goes over to another brand brings its guests along, takes them from the old one, and is told of the new one's", async () => {
  const { box, other } = company;
  await come(box, PHONE, "Lan");
  await come(other, SECOND, "Hùng");
  const third = await company.staff.addBox((await company.staff.addBranch({ name: "Ba Đình" })).id);
  await come(third, "+84900000003", "Minh");
  const [coffee, tea] = [await told(box, isTold("Lan", "Minh")), await told(other, isTold("Hùng"))];
  const own = await told(third, isTold("Lan", "Minh"));
  const moving = move(third, teaId);
  // Somebody comes while it is on its way.
  await come(third, "+84900000004", "Hoa");
  await moving;
  const anew = await told(third, isTold("Hùng", "Minh", "Hoa"), own.position);
  expect(anew).toMatchObject({ complete: true, fill: { first: true, next: null } });
  expect(namesOf(anew)).toEqual(["Hoa", "Hùng", "Minh"]);
  expect(
    (await third.pull({ settings: 99, guests: anew.position }))?.knownGuests ?? null,
  ).toBeNull();
  const brought = await told(other, isTold("Minh", "Hoa"), tea.position);
  expect(brought.complete).toBe(false);
  const minh = coffee.guests.find(({ name }) => name === "Minh")?.customerId;
  const taken = await told(box, ({ removed }) => removed.includes(minh ?? ""), coffee.position);
  expect(taken.guests.filter(({ name }) => name !== "Hoa")).toEqual([]);
  await move(third, coffeeId);
  const back = await told(third, isTold("Lan", "Minh", "Hoa"), anew.position);
  expect(namesOf(back)).toEqual(["Hoa", "Lan", "Minh"]);
});

/** As the upgrade leaves a branch whose boxes hold everybody; nobody takes a step for an hour. */
async function markAsUpgraded({ branchId }: EnrolledBox): Promise<void> {
  await company.site.asAdministrator(
    `update branches set coming_brand_id = told_brand_id, told_since = 0,
       next_brand_step_at = now() + interval '1 hour'
     where id = $1`,
    [branchId],
  );
}

const listSteps = async () => {
  const events = await company.site.listEvents(company.staff.tenantId, "branch.%");
  const steps = ["branch.brand-coming", "branch.guests-walked", "branch.brand-told"];
  return events
    .filter(({ type }) => steps.includes(type))
    .map(({ type, payload }) => `${type.slice("branch.".length)} ${payload.branchId}`);
};

test("boxes that the upgrade found with everybody's guests hear of those of other brands who change, until their turn", async () => {
  const { box, other } = company;
  const lan = await come(box, PHONE, "Lan");
  const { guests } = await told(box, isTold("Lan"));
  const { position } = await told(other, () => true);
  await markAsUpgraded(other);
  const terms = { language: "vi" as const, termsVersion: 1, nasId: NAS_ID };
  const ids = { guestId: lan.guestId, deviceId: lan.deviceId };
  await box.push([
    box.write("guest.registered", { ...ids, ...terms, details: { name: "Lan Anh" } }),
  ]);
  const gone = await told(other, ({ removed }) => removed.length > 0, position);
  expect(gone).toMatchObject({ complete: false, removed: [guests[0]?.customerId], guests: [] });
});

test("a branch that was put elsewhere goes before those that the upgrade marked, of whose guests none is walked; no step is taken before its time", async () => {
  const { other, site, staff } = company;
  const third = await staff.addBox((await staff.addBranch({ name: "Ba Đình" })).id);
  await come(third, PHONE, "Lan");
  await markAsUpgraded(other);
  const before = await listSteps();
  const path = `/api/v1/brands/${teaId}/branches`;
  const put = await staff.request("PUT", path, { branchIds: [third.branchId] });
  expect(put.status).toBe(204);
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect(await listSteps()).toEqual(before);
  await site.asAdministrator("update branches set next_brand_step_at = null where tenant_id = $1", [
    staff.tenantId,
  ]);
  await site.asAdministrator("select graphile_worker.wake('visits.look-for-moves')", []);
  await askUntil(listSteps, (steps) => steps.length >= before.length + 5);
  expect((await listSteps()).slice(before.length)).toEqual([
    `brand-coming ${third.branchId}`,
    `guests-walked ${third.branchId}`,
    `brand-told ${third.branchId}`,
    `guests-walked ${third.branchId}`,
    `brand-told ${other.branchId}`,
  ]);
  await askUntil(
    () => toldBrandOf(other.branchId),
    (now) => now?.isThere === true,
  );
  expect(await toldBrandOf(other.branchId)).toMatchObject({ brandId: teaId, isThere: true });
});

test("records of two brands that become one are known to both, and apart again once that is undone", async () => {
  const { box, other, staff } = company;
  await come(box, PHONE, "Lan");
  await come(other, SECOND, "Lan Anh");
  const [coffee, tea] = [await told(box, isTold("Lan")), await told(other, isTold("Lan Anh"))];
  const [keptId, goneId] = [coffee, tea].map(({ guests }) => guests[0]?.customerId ?? "");
  const asked = await staff.request("POST", "/api/v1/customer-merges", { keptId, goneId });
  expect(asked.status).toBe(202);
  const joined = await told(other, ({ guests }) => guests[0]?.customerId === keptId, tea.position);
  expect(joined).toMatchObject({
    removed: [goneId],
    guests: [{ phoneHashes: [expect.any(String)] }],
  });
  const { id: mergeId } = asked.body as { id: string };
  const undone = await staff.request("POST", `/api/v1/customer-merges/${mergeId}/undo`);
  expect(undone.status, JSON.stringify(undone.body)).toBe(202);
  const apart = await told(other, ({ removed }) => removed.includes(keptId ?? ""), joined.position);
  expect(apart.guests.map(({ customerId }) => customerId)).toEqual([goneId]);
});
