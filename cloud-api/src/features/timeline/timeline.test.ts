import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import type { CopyReply } from "../customers/index.ts";
import type { TimelineReply } from "./schema.ts";

let site: TestSite;
let owner: TestStaff;
let box: EnrolledBox;
let lan: string;
let minh: string;
let lanGuestId: string;

const HOUR = 3_600_000;
const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR);
type Customers = { customers: { id: string; name: string | null; visits: number }[] };
const timeline = (id: string, query = "") =>
  owner.get<TimelineReply>(`/api/v1/customers/${id}/timeline${query}`);

beforeAll(async () => {
  site = await openTestSite();
  owner = await site.addOwner();
  box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
  const events = [];
  for (const [phone, name, hours] of [
    ["+84912345678", "Lan", 30],
    ["+84987654321", "Minh", 20],
  ] as const) {
    const at = hoursAgo(hours);
    const guest = box.signIn({ phone, name, at });
    const { guestId, deviceId } = guest;
    if (name === "Lan") lanGuestId = guestId;
    const place = { guestId, deviceId, nasId: NAS_ID };
    const connected = { ...place, method: "phone-code" as const, policyId: uuidv7() };
    const said = { purpose: "marketing" as const, textVersion: 1, textSha256: "a".repeat(64) };
    const act = { consentId: uuidv7(), ...place, ...said, language: "vi" as const };
    const visit = {
      guestId,
      deviceId,
      startedAt: hoursAgo(hours - 1),
      endedAt: hoursAgo(hours - 2),
    };
    events.push(
      ...guest.events,
      box.write("guest.connected", connected, at),
      box.write("consent.given", { ...act, method: "portal" }, at),
      ...box.visit(visit).events,
    );
  }
  await box.push(events);
  const { customers } = await askUntil(
    () => owner.get<Customers>("/api/v1/customers"),
    (reply) => reply.customers.length === 2 && reply.customers.every(({ visits }) => visits === 1),
  );
  const idOf = (name: string) => customers.find((customer) => customer.name === name)?.id ?? "";
  [lan, minh] = [idOf("Lan"), idOf("Minh")];
});
afterAll(() => site?.close());

test("everything of a customer stands in one list, the newest first, and by kind", async () => {
  const tag = await owner.request("POST", "/api/v1/tags", { name: "Khách quen" });
  const tagIds = [(tag.body as { id: string }).id];
  await owner.request("PUT", `/api/v1/customers/${lan}/tags`, { tagIds });
  await owner.request("PATCH", `/api/v1/customers/${lan}`, { values: { address: "Hà Nội" } });
  await owner.request("POST", `/api/v1/customers/${lan}/requests`, { kind: "copy" });
  const { moments } = await askUntil(
    () => timeline(lan),
    (reply) => new Set(reply.moments.map(({ kind }) => kind)).size === 6,
  );
  const times = moments.map(({ at }) => at);
  expect(times).toEqual(times.toSorted().toReversed());
  const of = (kind: string) => moments.find((moment) => moment.kind === kind);
  expect(of("visit")).toMatchObject({ branchName: "Hồ Gươm", endedAt: expect.any(String) });
  expect(of("sign-in")).toMatchObject({ what: "phone-code", staffName: null });
  expect(of("consent")).toMatchObject({ what: "marketing", given: true });
  expect(of("mark")).toMatchObject({ what: "tagged", names: ["Khách quen"], staffName: "Owner" });
  expect(of("details")).toMatchObject({ what: "staff", names: ["address"], staffName: "Owner" });
  expect(of("request")).toMatchObject({ what: "copy", staffName: "Owner" });
  const visits = await timeline(lan, "?kind=visit");
  expect(visits.moments.map(({ kind }) => kind)).toEqual(["visit"]);
});

test("a case stands on its customer's timeline: raised, what was done to make good, closed", async () => {
  const answerId = uuidv7();
  await box.push([
    box.write("survey.answered", {
      ...{ answerId, surveyId: "spring", guestId: lanGuestId, deviceId: null, nasId: NAS_ID },
      ...{ by: "page", place: null, language: "vi", choices: {}, ratings: { food: 1 }, texts: {} },
    }),
  ]);
  const told = (count: number) =>
    askUntil(
      () => timeline(lan, "?kind=case"),
      (reply) => reply.moments.length === count,
    );
  const { moments: first } = await told(1);
  expect(first).toMatchObject([{ kind: "case", what: "raised", branchName: "Hồ Gươm" }]);
  const path = `/api/v1/cases/${answerId}`;
  const done = { name: "Mời đồ uống", result: "Chị Lan vui" };
  const { body } = await owner.request("POST", `${path}/actions`, done);
  const { changedAt } = body as { changedAt: string };
  await owner.request("PATCH", path, { changedAt, state: "closed" });
  const { moments } = await told(3);
  expect(moments.map(({ what }) => what)).toEqual(["closed", "done", "raised"]);
  expect(moments[1]).toMatchObject({ names: ["Mời đồ uống"], staffName: "Owner" });
  // The words of what came of it stay on the case.
  expect(JSON.stringify(moments)).not.toContain("Chị Lan vui");
  expect((await timeline(minh, "?kind=case")).moments).toEqual([]);
});

test("the copy that a customer is handed holds what was of them, what they answered and what they said before", async () => {
  const values = { name: "Lan Anh" };
  await owner.request("PATCH", `/api/v1/customers/${lan}`, { values });
  const copy = await askUntil(
    () => owner.get<CopyReply>(`/api/v1/customers/${lan}/copy`),
    ({ earlier }) => earlier.length > 0,
  );
  expect(copy.earlier).toMatchObject([{ field: "name", value: "Lan", givenBy: "guest" }]);
  expect(copy.fields.find(({ field }) => field === "name")?.value).toBe("Lan Anh");
  const of = (kind: string) => copy.history.filter((line) => line.kind === kind);
  expect(of("visit")).toMatchObject([{ what: "Đã đến", branchName: "Hồ Gươm" }]);
  expect(of("visit")[0]?.endedAt).not.toBeNull();
  expect(of("sign-in")).toMatchObject([{ what: "Đăng nhập bằng mã gửi tới điện thoại" }]);
  expect(of("survey")).toMatchObject([{ what: "food", value: "1", branchName: "Hồ Gươm" }]);
  expect(of("mark").map(({ what }) => what)).toEqual(["Gắn thẻ “Khách quen”"]);
  expect(of("case")).toHaveLength(3);
  const times = copy.history.map(({ at }) => at);
  expect(times).toEqual(times.toSorted().toReversed());
  const table = await owner.download(`/api/v1/customers/${lan}/copy.csv`);
  expect(String(table.bytes)).toContain('"Trước đó","Tên","Lan"');
  expect(String(table.bytes)).toContain('"Khảo sát","food","1"');
});

test("a page at a time tells each once, and a cursor of nobody's is refused", async () => {
  const whole = (await timeline(lan)).moments.map(({ id }) => id);
  const paged: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query: string = `?limit=2${cursor && `&cursor=${cursor}`}`;
    const page: TimelineReply = await timeline(lan, query);
    paged.push(...page.moments.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(paged).toEqual(whole);
  const path = `/api/v1/customers/${lan}/timeline`;
  expect((await owner.request("GET", `${path}?cursor=abc`)).status).toBe(400);
  const stranger = await site.addOwner("Another company");
  expect((await stranger.request("GET", path)).status).toBe(404);
});

test("of two records that became one it holds both, and that they did", async () => {
  const before = [await timeline(lan), await timeline(minh)].flatMap(({ moments }) => moments);
  const asked = { keptId: lan, goneId: minh };
  await owner.request("POST", "/api/v1/customer-merges", asked);
  const { moments } = await askUntil(
    () => timeline(lan),
    (reply) => reply.moments.length === before.length + 1,
  );
  expect(moments[0]).toMatchObject({ kind: "merge", what: "merged", staffName: "Owner" });
  expect(new Set(moments.slice(1).map(({ id }) => id))).toEqual(
    new Set(before.map(({ id }) => id)),
  );
});
