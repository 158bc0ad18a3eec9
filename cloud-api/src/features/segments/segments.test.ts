import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import type {
  CustomerSegmentsReply,
  Judgement,
  PreviewReply,
  SegmentReply,
  SegmentsReply,
  Tree,
  TreeNode,
} from "./schema.ts";

const HOUR = 3_600_000;

let site: TestSite;
let staff: TestStaff;
let branchId: string;
let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  branchId = (await staff.addBranch()).id;
  box = await staff.addBox(branchId);
});
afterAll(() => site?.close());

const all = (...of: TreeNode[]): Tree => ({ kind: "all", of });
const visits = (min: number): TreeNode => ({ kind: "visit-count", count: { min }, visits: {} });
const marked = (has: "any" | "all" | "none", ids: string[]): TreeNode => ({
  ...{ kind: "mark", mark: "tag", has, ids },
});

type Guest = { customerId: string; guestId: string; deviceId: string };
let phones = 0;

async function meet(name: string): Promise<Guest> {
  phones += 1;
  const phone = `+8491${String(phones).padStart(7, "0")}`;
  const { events, ...ids } = box.signIn({ phone, name });
  await box.push(events);
  type Found = { customers: { id: string }[]; total: number };
  const found = await askUntil(
    () => staff.get<Found>(`/api/v1/customers?search=${phone.slice(-7)}`),
    ({ total }) => total === 1,
  );
  return { ...ids, customerId: found.customers[0]?.id ?? "" };
}

async function visit({ guestId, deviceId }: Guest, hoursAgo: number, minutes = 45) {
  const startedAt = new Date(site.now().getTime() - hoursAgo * HOUR);
  const endedAt = new Date(startedAt.getTime() + minutes * 60_000);
  await box.push(box.visit({ guestId, deviceId, startedAt, endedAt }).events);
}

const preview = async (tree: Tree, by = staff): Promise<PreviewReply> => {
  const { status, body } = await by.request("POST", "/api/v1/segments/preview", { tree });
  expect(status, JSON.stringify(body)).toBe(200);
  return body as PreviewReply;
};
const namesIn = async (tree: Tree) =>
  (await preview(tree)).sample.map(({ name }) => name).toSorted();
/** What the cloud makes of what was pushed, once it has read it. */
const names = (tree: Tree, wanted: string[]) =>
  askUntil(
    () => namesIn(tree),
    (found) => found.join() === wanted.join(),
  );

async function make(name: string, tree: Tree): Promise<SegmentReply> {
  const { status, body } = await staff.request("POST", "/api/v1/segments", { name, tree });
  expect(status, JSON.stringify(body)).toBe(201);
  return body as SegmentReply;
}
const list = async () => (await staff.get<SegmentsReply>("/api/v1/segments")).segments;

async function makeTag(name: string): Promise<string> {
  const { body } = await staff.request("POST", "/api/v1/tags", { name });
  return (body as { id: string }).id;
}
const setTags = ({ customerId }: Guest, tagIds: string[]) =>
  staff.request("PUT", `/api/v1/customers/${customerId}/tags`, { tagIds });

describe("who is in a segment", () => {
  test("MC-2.8 the segment of three visits or more gains a customer at the third, by itself", async () => {
    const lan = await meet("Lan");
    await make("Khách quen", all(visits(3)));
    const count = async () => (await list())[0]?.customers;
    await visit(lan, 50);
    await visit(lan, 30);
    await names(all(visits(2)), ["Lan"]);
    expect(await count()).toBe(0);
    await visit(lan, 10);
    await askUntil(count, (customers) => customers === 1);
    expect(await count()).toBe(1);
  });

  test("MC-2.9 a segment asks for any, all or none of some tags", async () => {
    const [vip, vegan] = [await makeTag("VIP"), await makeTag("Ăn chay")];
    const [lan, minh] = [await meet("Lan"), await meet("Minh")];
    await meet("An");
    await setTags(lan, [vip, vegan]);
    await setTags(minh, [vip]);
    expect(await namesIn(all(marked("any", [vip, vegan])))).toEqual(["Lan", "Minh"]);
    expect(await namesIn(all(marked("all", [vip, vegan])))).toEqual(["Lan"]);
    expect(await namesIn(all(marked("none", [vip, vegan])))).toEqual(["An"]);
  });

  test("part of MC-3.5: visit count, visit time and group choose customers alone and together", async () => {
    const [lan, minh] = [await meet("Lan"), await meet("Minh")];
    await visit(lan, 24 * 40);
    await visit(lan, 24 * 35);
    await visit(minh, 2, 90);
    const lost: TreeNode = {
      ...{ kind: "visit-time", which: "last", visits: {} },
      when: { is: "before", amount: 30, unit: "day" },
    };
    expect(await names(all(lost), ["Lan"])).toEqual(["Lan"]);
    const long: TreeNode = { kind: "visit-count", count: { min: 1 }, visits: { minutesMin: 60 } };
    expect(await names(all(long), ["Minh"])).toEqual(["Minh"]);
    const { body } = await staff.request("POST", "/api/v1/groups", { name: "Thân" });
    const groupId = (body as { id: string }).id;
    await staff.request("PUT", `/api/v1/customers/${minh.customerId}/group`, { groupId });
    const group: TreeNode = { kind: "mark", mark: "group", has: "any", ids: [groupId] };
    expect(await namesIn(all(group, visits(1)))).toEqual(["Minh"]);
    expect(await namesIn({ kind: "any", of: [group, lost] })).toEqual(["Lan", "Minh"]);
    expect(await namesIn({ kind: "none", of: [group, lost] })).toEqual([]);
  });

  test("part of RP-1.6: a birthday is matched by its month, whatever the year", async () => {
    const born = async (name: string, birthday: string) => {
      const { guestId, deviceId } = await meet(name);
      const details = { name, birthday };
      const place = { guestId, deviceId, nasId: NAS_ID };
      const told = { ...place, language: "vi", details, termsVersion: 1 } as const;
      await box.push([box.write("guest.registered", told)]);
    };
    await born("Lan", "1990-05-20");
    await born("Minh", "--05-01");
    await born("An", "1990-06-05");
    const months = (...list: number[]): Tree =>
      all({ kind: "field", field: "birthday", test: { is: "in-months", months: list } });
    expect(await names(months(5), ["Lan", "Minh"])).toEqual(["Lan", "Minh"]);
    expect(await names(months(6, 7), ["An"])).toEqual(["An"]);
  });

  test("an answer to a survey, and a sign-in, can be asked for, and count once however often told", async () => {
    const { guestId, deviceId } = await meet("Lan");
    const answer = box.write("survey.answered", {
      ...{ answerId: newId(), surveyId: "spring", guestId, deviceId, nasId: NAS_ID, by: "page" },
      ...{ place: null, language: "vi", choices: {}, ratings: {}, texts: {} },
    });
    await box.push([answer]);
    await box.push([answer]);
    const answered = (detail: string, min: number): Tree =>
      all({ kind: "event", event: "survey.answered", detail, count: { min } });
    expect(await names(answered("spring", 1), ["Lan"])).toEqual(["Lan"]);
    expect(await namesIn(answered("spring", 2))).toEqual([]);
    expect(await namesIn(answered("autumn", 1))).toEqual([]);
  });

  test("who asked to be forgotten is in no segment, not even in one of those who lack something", async () => {
    const { guestId, deviceId } = await meet("Lan");
    const unknown = all({ kind: "field", field: "email", test: { is: "unknown" } });
    expect((await preview(unknown)).total).toBe(1);
    const asked = { requestId: newId(), guestId, deviceId, nasId: NAS_ID, language: "vi" } as const;
    await box.push([box.write("guest.deletion-requested", asked)]);
    const after = await askUntil(
      () => preview(unknown),
      ({ total }) => total === 0,
    );
    expect(after.total).toBe(0);
  });

  test("the list of customers is narrowed to a segment, and to a tag as well", async () => {
    const [lan, minh] = [await meet("Lan"), await meet("Minh")];
    const vip = await makeTag("VIP");
    await setTags(minh, [vip]);
    await visit(lan, 5);
    await visit(minh, 5);
    await meet("An");
    await names(all(visits(1)), ["Lan", "Minh"]);
    const { id } = await make("Đã ghé", all(visits(1)));
    type Customers = { customers: { name: string }[]; total: number };
    const ask = (query: string) => staff.get<Customers>(`/api/v1/customers?segmentId=${query}`);
    expect((await ask(id)).customers.map(({ name }) => name).toSorted()).toEqual(["Lan", "Minh"]);
    expect(await ask(`${id}&markId=${vip}`)).toMatchObject({
      total: 1,
      customers: [{ name: "Minh" }],
    });
    expect((await ask(newId())).total).toBe(0);
  });

  test("one segment names another, and one tenant's people are never counted by another", async () => {
    const lan = await meet("Lan");
    await meet("Minh");
    await visit(lan, 5);
    await names(all(visits(1)), ["Lan"]);
    const { id } = await make("Đã ghé", all(visits(1)));
    const not: TreeNode = { kind: "segment", id, member: false };
    expect(await namesIn(all(not))).toEqual(["Minh"]);
    const stranger = await site.addOwner("Quán khác");
    const everybody: Tree = { kind: "none", of: [visits(100)] };
    expect((await preview(everybody, stranger)).total).toBe(0);
    const asked = await stranger.request("POST", "/api/v1/segments/preview", { tree: all(not) });
    expect(asked).toMatchObject({ status: 400, body: { field: "/tree/of/0/id" } });
  });
});

describe("why somebody is in a segment", () => {
  test("each condition is answered with what was seen of the customer", async () => {
    const lan = await meet("Lan");
    await visit(lan, 30);
    await names(all(visits(1)), ["Lan"]);
    const tree = all(
      visits(3),
      { kind: "field", field: "email", test: { is: "known" } },
      {
        kind: "none",
        of: [{ kind: "field", field: "name", test: { is: "one-of", values: ["Minh"] } }],
      },
    );
    const { customerId } = lan;
    const { body } = await staff.request("POST", "/api/v1/segments/explain", { tree, customerId });
    expect(body as Judgement).toEqual({
      holds: false,
      of: [
        { holds: false, seen: { is: "count", count: 1 } },
        { holds: false, seen: { is: "nothing" } },
        { holds: true, of: [{ holds: false, seen: { is: "text", text: "Lan" } }] },
      ],
    });
    const { id } = await make("Đã ghé", all(visits(1)));
    const { segments } = await staff.get<CustomerSegmentsReply>(
      `/api/v1/customers/${customerId}/segments`,
    );
    expect(segments).toMatchObject([
      { id, tree: all(visits(1)), judgement: { holds: true, of: [{ seen: { count: 1 } }] } },
    ]);
    const nobody = { tree, customerId: newId() };
    expect((await staff.request("POST", "/api/v1/segments/explain", nobody)).status).toBe(404);
  });
});

describe("changing segments", () => {
  test("one is made, changed, listed by name and removed, and the log moves each time", async () => {
    const often = await make("  Hay   ghé ", all(visits(3)));
    expect(often).toMatchObject({ name: "Hay ghé", customers: 0 });
    await make("Cũ", all(visits(1)));
    const path = `/api/v1/segments/${often.id}`;
    const tree = all(visits(5), { kind: "any", of: [visits(7), visits(8)] });
    const changed = await staff.request("PUT", path, { name: "Rất hay ghé", tree });
    expect(changed).toMatchObject({ status: 200, body: { name: "Rất hay ghé", tree } });
    expect((await list()).map(({ name }) => name)).toEqual(["Cũ", "Rất hay ghé"]);
    expect((await staff.request("DELETE", path)).status).toBe(204);
    expect((await staff.request("DELETE", path)).status).toBe(404);
    expect((await staff.request("PUT", path, { name: "X", tree })).status).toBe(404);
    const events = await site.listEvents(staff.tenantId, "segment.%");
    expect(events.map(({ type }) => type)).toEqual([
      ...["segment.added", "segment.added", "segment.changed", "segment.removed"],
    ]);
  });

  test("two cannot have one name, also when both are made at once", async () => {
    const [one, other] = await Promise.all(
      ["VIP", " VIP"].map((name) =>
        staff.request("POST", "/api/v1/segments", { name, tree: all(visits(1)) }),
      ),
    );
    expect([one?.status, other?.status].toSorted()).toEqual([201, 409]);
    const { id } = await make("Khác", all(visits(1)));
    const renamed = await staff.request("PUT", `/api/v1/segments/${id}`, {
      ...{ name: "VIP", tree: all(visits(1)) },
    });
    expect(renamed).toMatchObject({ status: 409, body: { field: "/name" } });
  });

  test("a bad tree is refused with where it is bad", async () => {
    const tree = all(visits(1), {
      kind: "any",
      of: [{ ...visits(1), count: { min: -1 } } as TreeNode],
    });
    const refused = await staff.request("POST", "/api/v1/segments", { name: "Sai", tree });
    expect(refused).toMatchObject({ status: 400, body: { field: "/tree/of/1/of/0/count/min" } });
  });

  test("two that come to name each other at once: one of them is refused", async () => {
    const one = await make("Một", all(visits(1)));
    const other = await make("Hai", all(visits(1)));
    const name = (id: string, named: string) =>
      staff.request("PUT", `/api/v1/segments/${id}`, {
        ...{ name: id, tree: all({ kind: "segment", id: named, member: true }) },
      });
    const answers = await Promise.all([name(one.id, other.id), name(other.id, one.id)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400]);
  });

  test("one that another names is not removed", async () => {
    const { id } = await make("Một", all(visits(1)));
    await make("Hai", all({ kind: "segment", id, member: true }));
    const refused = await staff.request("DELETE", `/api/v1/segments/${id}`);
    expect(refused.status).toBe(409);
  });

  test("a viewer reads and tries, and changes nothing", async () => {
    const { id } = await make("Một", all(visits(1)));
    const viewer = await site.addViewer(staff);
    expect((await viewer.get<SegmentsReply>("/api/v1/segments")).total).toBe(1);
    expect((await preview(all(visits(1)), viewer)).total).toBe(0);
    const body = { name: "Hai", tree: all(visits(1)) };
    expect((await viewer.request("POST", "/api/v1/segments", body)).status).toBe(403);
    expect((await viewer.request("PUT", `/api/v1/segments/${id}`, body)).status).toBe(403);
    expect((await viewer.request("DELETE", `/api/v1/segments/${id}`)).status).toBe(403);
  });
});
