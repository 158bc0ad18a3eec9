import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";
import { DAILY, type MailPlace, mailPath, openMailPlace } from "../../../test/report-mails.ts";

let site: TestApp;
let place: MailPlace;
let colleague: TestBrowser;
let colleagueId: string;

beforeAll(async () => {
  site = await openTestApp({ sendsMail: true });
});
afterAll(() => site?.close());
beforeEach(async () => {
  place = await openMailPlace(site);
  colleague = await site.invite(place.owner, "viewer");
  colleagueId = await place.staffIdOf(colleague);
});

const tell = (who: TestBrowser, id: string) =>
  who.ask<{ figures: { name: string; now: number }[] }>(
    "GET",
    `/api/v1/saved-reports/${id}/figures`,
  );
const readersOf = async (id: string) => (await place.look(place.owner, id)).mail?.readers ?? [];
const standingOf = async (id: string, readerId = colleagueId) =>
  (await readersOf(id)).find((each) => each.id === readerId);
const put = (who: TestBrowser, id: string, readerIds: string[]) =>
  who.ask<{ code: string; field?: string }>("PUT", mailPath(id), { ...DAILY, readerIds });
const mailsTo = (who: TestBrowser) => place.mailsTo(who);

/** A manager of one branch, and a report of two whose numbers differ for them. */
async function inviteManager() {
  const scope = { kind: "branches" as const, branchIds: [place.branchId] };
  return site.invite(place.owner, { role: "manager", ownRoleId: null, scope });
}
const addBranch = (name: string) =>
  place.owner.ask("POST", "/api/v1/branches", {
    ...{ name, timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] },
  });

test("a colleague whom an order names is written what their own role may see, and whoever ordered it what theirs may", async () => {
  await addBranch("Bến Thành");
  const manager = await inviteManager();
  const id = await place.save({ report: "visit-counts" });
  await place.order(place.owner, id, { readerIds: [await place.staffIdOf(manager)] });
  await place.runDue();
  const [own] = await mailsTo(place.owner);
  const [theirs] = await mailsTo(manager);
  expect(own?.text).toContain("All branches (2)");
  expect(theirs?.text).toContain("Hồ Gươm");
  expect(theirs?.text).not.toContain("All branches");
  expect(own?.text).toContain("You asked Foyer");
  expect(theirs?.text).toContain("has Foyer write this report to you");
  expect(place.mails.taken).toHaveLength(2);
  expect((await tell(manager, id)).status).toBe(200);
  // What their role covers by then, and not as it was ordered.
  const path = `/api/v1/staff/${await place.staffIdOf(manager)}/grants`;
  const grants = [{ role: "viewer", ownRoleId: null, scope: { kind: "tenant" } }];
  expect((await place.owner.ask("PUT", path, { grants })).status).toBeLessThan(300);
  await place.runDue();
  expect((await mailsTo(manager))[1]?.text).toContain("All branches (2)");
});

test("a colleague who left, or whose role reads no reports any more, is written nothing, and whoever ordered it sees so", async () => {
  const cashier = await site.invite(place.owner, "viewer");
  const cashierId = await place.staffIdOf(cashier);
  const id = await place.save();
  await place.order(place.owner, id, { readerIds: [colleagueId, cashierId] });
  const grants = [{ role: "cashier", ownRoleId: null, scope: { kind: "tenant" } }];
  await place.owner.ask("PUT", `/api/v1/staff/${cashierId}/grants`, { grants });
  await place.owner.ask("DELETE", `/api/v1/staff/${colleagueId}`);
  expect(await standingOf(id)).toMatchObject({ standing: "left", name: null });
  expect(await standingOf(id, cashierId)).toMatchObject({ standing: "no-right", name: "Minh" });
  await place.runDue();
  expect(place.mails.taken).toHaveLength(1);
  expect(await standingOf(id)).toMatchObject({ outcome: "left" });
  expect(await standingOf(id, cashierId)).toMatchObject({ outcome: "no-right" });
  // They stay on the list until they are taken off, which needs no right of theirs.
  expect((await put(place.owner, id, [colleagueId])).status).toBe(200);
  expect((await readersOf(id)).map(({ id: each }) => each)).not.toContain(cashierId);
});

test("only colleagues who read reports are named, of a report that is shared, by those who may share", async () => {
  const stranger = await place.staffIdOf(await site.signUp());
  const till = await place.staffIdOf(await site.invite(place.owner, "cashier"));
  const id = await place.save();
  for (const named of [stranger, till])
    expect((await put(place.owner, id, [named])).body).toMatchObject({
      ...{ code: "not-found", field: "/readerIds" },
    });
  const viewer = await site.invite(place.owner, "viewer");
  expect((await put(viewer, id, [colleagueId])).status).toBe(403);
  expect((await place.look(viewer, id)).colleagues).toEqual([]);
  // Two are of one name.
  const { colleagues } = await place.look(place.owner, id);
  const named = colleagues.find((each) => each.id === colleagueId)?.name;
  expect(named).toMatch(/^Minh \(staff\d+@example\.test\)$/);
  await place.change(id, { shared: false });
  expect((await put(place.owner, id, [colleagueId])).status).toBe(409);
  expect((await place.look(place.owner, id)).mail).toBeNull();
  expect(await place.listJobs()).toEqual([]);
});

test("a report that is shared no more, and an order of somebody who may share no more, reach no colleague", async () => {
  const marketer = await site.invite(place.owner, "marketer");
  const id = await place.save();
  await place.order(marketer, id, { readerIds: [colleagueId] });
  await place.change(id, { shared: false });
  await place.runDue();
  expect(place.mails.taken).toEqual([]);
  await place.change(id, { shared: true });
  const grants = [{ role: "viewer", ownRoleId: null, scope: { kind: "tenant" } }];
  const path = `/api/v1/staff/${await place.staffIdOf(marketer)}/grants`;
  expect((await place.owner.ask("PUT", path, { grants })).status).toBeLessThan(300);
  await place.runDue();
  expect((await mailsTo(marketer)).length).toBe(1);
  expect(await mailsTo(colleague)).toEqual([]);
  const readers = (await place.look(marketer, id)).mail?.readers ?? [];
  expect(readers.find((each) => each.id === colleagueId)).toMatchObject({ outcome: "no-share" });
});

test("when whoever ordered it leaves before a mail goes, nobody is written it, and no other comes", async () => {
  const marketer = await site.invite(place.owner, "marketer");
  const id = await place.save();
  await place.order(marketer, id, { readerIds: [colleagueId] });
  const [due] = await place.listJobs("mail");
  site.passSeconds(((due?.runAt.getTime() ?? 0) - site.clock().getTime()) / 1000 + 1);
  await place.run(due);
  expect(await place.listJobs("letter")).toHaveLength(2);
  await place.owner.ask("DELETE", `/api/v1/staff/${await place.staffIdOf(marketer)}`);
  await place.runLetters();
  await place.runDue();
  expect(place.mails.taken).toEqual([]);
  expect(await place.listJobs("mail")).toHaveLength(1);
});

test("what is ordered anew keeps whom it is written to, and a reader who is taken off is written nothing", async () => {
  const id = await place.save();
  await place.order(place.owner, id, { readerIds: [colleagueId] });
  const { readers } = await place.order(place.owner, id, { hour: 9 });
  expect(readers).toHaveLength(2);
  const [due] = await place.listJobs("mail");
  site.passSeconds(((due?.runAt.getTime() ?? 0) - site.clock().getTime()) / 1000 + 1);
  await place.run(due);
  // Between the order's time and the mail.
  await place.order(place.owner, id, { readerIds: [] });
  await place.runLetters();
  expect(await mailsTo(colleague)).toEqual([]);
  expect(await mailsTo(place.owner)).toHaveLength(1);
});

test("how content guests are is written to whoever reads answers, and to no colleague who does not", async () => {
  const reads = { name: "Chỉ báo cáo", permissions: ["reports.read"] };
  const { body: own } = await place.owner.ask<{ id: string }>("POST", "/api/v1/roles", reads);
  const grant = { role: null, ownRoleId: own.id, scope: { kind: "tenant" as const } };
  const counter = await site.invite(place.owner, grant);
  const counterId = await place.staffIdOf(counter);
  const id = await place.save({ report: "satisfaction" });
  await place.order(place.owner, id, { readerIds: [counterId] });
  await place.runDue();
  expect((await mailsTo(place.owner))[0]?.text).toContain("Answers: 0");
  expect(await mailsTo(counter)).toEqual([]);
  expect(await standingOf(id, counterId)).toMatchObject({ outcome: "not-told" });
});
