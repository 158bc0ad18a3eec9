import { choosePage, strangerOf } from "@foyer/admission";
import { type PageSettings, type PullReply, readBranchSettings } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { all, visitedWithin, visitsOf } from "../../../test/segment-place.ts";
import { newId } from "../../platform/clock.ts";
import type { TagRulesReply } from "./schema.ts";

const HOUR = 3_600_000;
type Marks = { tags: { id: string; byRule: boolean }[] };

let site: TestSite;
let staff: TestStaff;
let box: EnrolledBox;
beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  box = await staff.addBox((await staff.addBranch()).id);
});
afterAll(() => site?.close());

const add = async (path: string, body: unknown) => {
  const answer = await staff.request("POST", path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return (answer.body as { id: string }).id;
};
const addTag = (name: string) => add("/api/v1/tags", { name });
const addSegment = (name: string, tree: unknown) => add("/api/v1/segments", { name, tree });
const setRule = (tagId: string, segmentId: string, removes = true) =>
  staff.request("PUT", `/api/v1/tag-rules/${tagId}`, { segmentId, removes });
const tagsOf = async (customerId: string) =>
  (await staff.get<Marks>(`/api/v1/customers/${customerId}/marks`)).tags;
async function tagged(customerId: string, wanted: { id: string; byRule: boolean }[]) {
  const tags = await askUntil(
    async () =>
      (await tagsOf(customerId))
        .map(({ id, byRule }) => ({ id, byRule }))
        .toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    (found) => JSON.stringify(found) === JSON.stringify(wanted),
  );
  expect(tags).toEqual(wanted);
}

let phones = 0;
async function meet() {
  phones += 1;
  const phone = `+8493${String(phones).padStart(7, "0")}`;
  const { events, ...ids } = box.signIn({ phone, name: "Lan" });
  await box.push(events);
  type Found = { customers: { id: string }[]; total: number };
  const found = await askUntil(
    () => staff.get<Found>(`/api/v1/customers?search=${phone.slice(-7)}`),
    ({ total }) => total === 1,
  );
  return { ...ids, customerId: found.customers[0]?.id ?? "" };
}
type Guest = Awaited<ReturnType<typeof meet>>;
async function visit({ guestId, deviceId }: Guest, hoursAgo: number) {
  const startedAt = new Date(site.now().getTime() - hoursAgo * HOUR);
  const endedAt = new Date(startedAt.getTime() + 600_000);
  await box.push(box.visit({ guestId, deviceId, startedAt, endedAt }).events);
}

/** Whose change is not counted yet is told a moment later: a box keeps what it was told before. */
async function pullWith({ guestId }: Guest) {
  const find = (pulled: PullReply | null) =>
    pulled?.knownGuests?.guests.find(({ guestIds }) => guestIds?.includes(guestId));
  const pulled = await askUntil(
    () => box.pull(),
    (reply) => find(reply) !== undefined,
  );
  return { pulled, guest: find(pulled) };
}

describe("a tag by rule", () => {
  test("part of MC-2.14: a matching rule adds the tag, and removes it when the rule no longer holds", async () => {
    const [regular, other] = [await addTag("Khách quen"), await addTag("Khác")];
    const segmentId = await addSegment("Hai lần", {
      ...all(visitsOf(2), { kind: "mark", mark: "tag", has: "none", ids: [other] }),
    });
    expect((await setRule(regular, segmentId)).status).toBe(200);
    const lan = await meet();
    await visit(lan, 30);
    await visit(lan, 5);
    await tagged(lan.customerId, [{ id: regular, byRule: true }]);
    const { tagRules } = await staff.get<TagRulesReply>("/api/v1/tag-rules");
    expect(tagRules).toEqual([
      {
        ...{ tagId: regular, tagName: "Khách quen", segmentId, segmentName: "Hai lần" },
        ...{ removes: true, customers: 1 },
      },
    ]);
    // Another tag takes her out of the segment, and with it goes the rule's.
    const path = `/api/v1/customers/${lan.customerId}/tags`;
    expect((await staff.request("PUT", path, { tagIds: [other] })).status).toBe(200);
    await tagged(lan.customerId, [{ id: other, byRule: false }]);
    const events = await site.listEvents(staff.tenantId, "customer.%tagged");
    expect(events.filter(({ payload }) => payload.tagId === regular)).toEqual([
      {
        type: "customer.tagged",
        payload: { ...{ customerId: lan.customerId }, tagId: regular, staffId: null },
      },
      {
        type: "customer.untagged",
        payload: { ...{ customerId: lan.customerId }, tagId: regular, staffId: null },
      },
    ]);
  });

  test("part of MC-2.14: a rule of group and interests tags within a minute, and the tag brings its welcome page and takes it away", async () => {
    const lan = await meet();
    const vip = await add("/api/v1/groups", { name: "VIP" });
    const taste = { key: "own.likes", kind: "choices", label: { vi: "Thích" } };
    const choices = ["tea", "cake"].map((value) => ({ value, label: { vi: value } }));
    const field = await staff.request("POST", "/api/v1/customer-fields", { ...taste, choices });
    expect(field.status).toBe(201);
    const tagId = await addTag("Mê trà");
    const segmentId = await addSegment("VIP mê trà", {
      ...all(
        { kind: "mark", mark: "group", has: "any", ids: [vip] },
        {
          ...{ kind: "field", field: "own.likes" },
          test: { is: "has", which: "any", values: ["tea"] },
        },
      ),
    });
    expect((await setRule(tagId, segmentId)).status).toBe(200);
    // A page of the branch's own for whoever has the tag, ahead of the others.
    const path = `/api/v1/branches/${box.branchId}/settings`;
    const { pages, ...document } = await staff.get<{ pages: PageSettings[] }>(path);
    const first = { ...(pages[1] as PageSettings), id: newId(), name: "Mê trà" };
    const teaPage = { ...first, when: { ...first.when, guests: "any", tags: [tagId] } };
    const saved = { ...document, pages: [teaPage, ...pages] };
    expect((await staff.request("PUT", path, saved)).status).toBe(200);
    const moment = { now: site.now(), timeZone: "Asia/Ho_Chi_Minh" };
    const isShown = async () => {
      const { pulled, guest } = await pullWith(lan);
      const marks = { groups: guest?.groups ?? [], tags: guest?.tags ?? [], tier: null };
      const viewer = { ...strangerOf("vi"), isReturning: true, visitNumber: 2, marks };
      const held = readBranchSettings(pulled?.settings);
      if (held.kind === "invalid") throw new Error(held.reason);
      return choosePage(held.settings.pages, viewer, moment)?.id === first.id;
    };
    expect(await isShown()).toBe(false);
    const who = `/api/v1/customers/${lan.customerId}`;
    const began = Date.now();
    expect((await staff.request("PUT", `${who}/group`, { groupId: vip })).status).toBe(200);
    const likes = (value: string) =>
      staff.request("PATCH", who, { values: { "own.likes": value } });
    expect((await likes("tea")).status).toBe(204);
    expect(await askUntil(isShown, Boolean)).toBe(true);
    expect(Date.now() - began).toBeLessThan(60_000);
    expect((await likes("cake")).status).toBe(204);
    expect(await askUntil(isShown, (shown) => !shown)).toBe(false);
    // Set not to remove, it stays with whoever no longer fits.
    expect((await setRule(tagId, segmentId, false)).status).toBe(200);
    await likes("tea");
    expect(await askUntil(isShown, Boolean)).toBe(true);
    await likes("cake");
    const again = () => staff.get<{ segments: { customers: number }[] }>("/api/v1/segments");
    await askUntil(again, ({ segments }) => segments[0]?.customers === 0);
    expect(await isShown()).toBe(true);
  });

  test("is given to those who are in the segment already, and taken when the segment changes", async () => {
    const [lan, minh] = [await meet(), await meet()];
    await visit(lan, 5);
    const tagId = await addTag("Đã đến");
    const segmentId = await addSegment("Đã đến", all(visitsOf(1)));
    expect((await setRule(tagId, segmentId)).status).toBe(200);
    await tagged(lan.customerId, [{ id: tagId, byRule: true }]);
    expect(await tagsOf(minh.customerId)).toEqual([]);
    const body = { name: "Chưa đến", tree: { kind: "none", of: [visitsOf(1)] } };
    expect((await staff.request("PUT", `/api/v1/segments/${segmentId}`, body)).status).toBe(200);
    await tagged(minh.customerId, [{ id: tagId, byRule: true }]);
    await tagged(lan.customerId, []);
  });

  test("that staff gave by hand is never taken, and one that a rule gave is not taken by hand", async () => {
    const tagId = await addTag("VIP");
    const [lan, minh] = [await meet(), await meet()];
    const tagsPath = `/api/v1/customers/${lan.customerId}/tags`;
    expect((await staff.request("PUT", tagsPath, { tagIds: [tagId] })).status).toBe(200);
    const segmentId = await addSegment("Gần đây", all(visitedWithin(1)));
    expect((await setRule(tagId, segmentId)).status).toBe(200);
    for (const guest of [lan, minh]) await visit(guest, 1);
    await tagged(minh.customerId, [{ id: tagId, byRule: true }]);
    await tagged(lan.customerId, [{ id: tagId, byRule: false }]);
    const minhs = `/api/v1/customers/${minh.customerId}/tags`;
    const kept = await staff.request("PUT", minhs, { tagIds: [] });
    expect(kept.body).toMatchObject({ tags: [{ id: tagId, byRule: true }] });
    // Nobody fits any more: hers stays, his goes.
    const body = { name: "Gần đây", tree: all(visitsOf(50)) };
    expect((await staff.request("PUT", `/api/v1/segments/${segmentId}`, body)).status).toBe(200);
    await tagged(minh.customerId, []);
    expect(await tagsOf(lan.customerId)).toMatchObject([{ id: tagId, byRule: false }]);
  });

  test("that does not remove gives it for good, and so does a rule that is removed", async () => {
    const [stays, goes] = [await addTag("Ở lại"), await addTag("Theo luật")];
    const segmentId = await addSegment("Một lần", all(visitsOf(1)));
    await setRule(stays, segmentId, false);
    await setRule(goes, segmentId);
    const lan = await meet();
    await visit(lan, 5);
    await tagged(lan.customerId, [
      { id: stays, byRule: false },
      { id: goes, byRule: true },
    ]);
    const path = `/api/v1/tag-rules/${goes}`;
    expect((await staff.request("DELETE", path)).status).toBe(204);
    expect((await staff.request("DELETE", path)).status).toBe(404);
    await tagged(lan.customerId, [
      { id: stays, byRule: false },
      { id: goes, byRule: false },
    ]);
  });
});

describe("a rule is refused", () => {
  test("where the tag would depend on itself, from either side", async () => {
    const [vip, friend] = [await addTag("VIP"), await addTag("Bạn")];
    const asks = (id: string) => all({ kind: "mark", mark: "tag", has: "none", ids: [id] });
    const [a, b] = [await addSegment("A", asks(vip)), await addSegment("B", asks(friend))];
    expect(await setRule(vip, a)).toMatchObject({ status: 400, body: { field: "/segmentId" } });
    expect((await setRule(friend, a)).status).toBe(200);
    expect((await setRule(vip, b)).status).toBe(400);
    const body = { name: "A", tree: asks(friend) };
    const changed = await staff.request("PUT", `/api/v1/segments/${a}`, body);
    expect(changed).toMatchObject({ status: 400, body: { field: "/tree" } });
  });

  test("for what is not there, and holds its segment", async () => {
    const tagId = await addTag("VIP");
    const segmentId = await addSegment("A", all(visitsOf(1)));
    const nobody = "01990000-0000-7000-8000-000000000000";
    expect((await setRule(nobody, segmentId)).status).toBe(404);
    expect((await setRule(tagId, nobody)).status).toBe(400);
    expect((await setRule(tagId, segmentId)).status).toBe(200);
    const removed = await staff.request("DELETE", `/api/v1/segments/${segmentId}`);
    expect(removed).toMatchObject({ status: 409, body: { field: "/tag-rules" } });
    // With the tag goes its rule.
    expect((await staff.request("DELETE", `/api/v1/tags/${tagId}`)).status).toBe(204);
    expect((await staff.request("DELETE", `/api/v1/segments/${segmentId}`)).status).toBe(204);
  });

  test("to a viewer, who may read them", async () => {
    const tagId = await addTag("VIP");
    const segmentId = await addSegment("A", all(visitsOf(1)));
    const viewer = await site.addViewer(staff);
    const body = { segmentId, removes: true };
    expect((await viewer.request("PUT", `/api/v1/tag-rules/${tagId}`, body)).status).toBe(403);
    expect((await viewer.request("DELETE", `/api/v1/tag-rules/${tagId}`)).status).toBe(403);
    expect((await viewer.request("GET", "/api/v1/tag-rules")).status).toBe(200);
  });
});
