import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestApp, type TestApp } from "../../../test/open-test-app.ts";
import { DAILY, type MailPlace, mailPath, openMailPlace } from "../../../test/report-mails.ts";
import { withClient } from "../../platform/roles.ts";
import { mailJobs } from "./mails.ts";
import type { MailBody } from "./schema.ts";

let site: TestApp;
let place: MailPlace;

beforeAll(async () => {
  site = await openTestApp({ sendsMail: true });
});
afterAll(() => site?.close());
beforeEach(async () => {
  place = await openMailPlace(site);
});

const passUntil = (moment: string) =>
  site.passSeconds((Date.parse(moment) - site.clock().getTime()) / 1000 + 1);

test("a report is written at its hour, with its numbers and pages, once though two workers have it", async () => {
  const { owner, mails, listJobs, run } = place;
  const id = await place.save();
  const { nextAt } = await place.order(owner, id);
  expect(new Date(nextAt).toISOString()).toMatch(/T01:00:00\.000Z$/);
  const [due] = await listJobs("mail");
  expect(due?.runAt.toISOString()).toBe(nextAt);
  passUntil(nextAt);
  await Promise.all([run(due), run(due)]);
  const letters = await listJobs("letter");
  expect(letters).toHaveLength(1);
  await Promise.all([run(letters[0]), run(letters[0])]);
  expect(mails.taken).toHaveLength(1);
  const [{ text = "" } = {}] = mails.taken;
  for (const part of ["Mỗi sáng", "Visits: 0", `/saved-reports/${id}`, "application/pdf"])
    expect(text).toContain(part);
  // The pages themselves: what base64 makes of %PDF-.
  expect(text).toContain("JVBERi0");
  expect(await place.lookAtOwn(owner, id)).toMatchObject({ outcome: "sent", detail: null });
  const after = (await place.look(owner, id)).mail;
  expect(Date.parse(after?.nextAt ?? "") - Date.parse(nextAt)).toBe(86_400_000);
  expect((await listJobs("mail")).map(({ payload }) => payload.dueAt)).toContain(after?.nextAt);
  // What is ordered for a worker that dies finds it sent.
  await place.runLetters();
  expect(mails.taken).toHaveLength(1);
});

test("what fails before the mail server is called is written by the next try, and after that by none", async () => {
  const { owner, mails, listJobs, run, tenantId } = place;
  const id = await place.save();
  passUntil((await place.order(owner, id)).nextAt);
  await run((await listJobs("mail"))[0]);
  const [letter] = await listJobs("letter");
  let asked = 0;
  const origin = () => {
    asked += 1;
    if (asked === 1) return "http://foyer.test";
    throw new Error("the process is gone");
  };
  const mailer = { send: async () => ({ kind: "sent" as const }) };
  const { work } = mailJobs["saved-reports.letter"] ?? {};
  const payload = letter?.payload;
  await work?.({ ...site.jobContext, mailer, origin }, { tenantId, payload });
  expect(await place.lookAtOwn(owner, id)).toMatchObject({ outcome: "again" });
  const [again] = await listJobs("letter");
  await run(again);
  await run(again);
  expect(mails.taken).toHaveLength(1);
  // Under the name that each try has, by which the server may know a double.
  expect(mails.taken[0]?.reference).toBe(again?.payload.mailId);
});

test("a mail that its worker died over is taken up by the one that waits for that, and by nobody before", async () => {
  const { owner, mails, listJobs, run, tenantId } = place;
  const id = await place.save();
  passUntil((await place.order(owner, id)).nextAt);
  await run((await listJobs("mail"))[0]);
  const [letter] = await listJobs("letter");
  // A worker that begins, and is gone before it has read anything.
  const database = { ...site.jobContext.database, readTenant: () => new Promise<never>(() => {}) };
  const dying = {
    ...site.jobContext,
    database,
    mailer: { send: async () => ({ kind: "sent" as const }) },
  };
  void mailJobs["saved-reports.letter"]?.work(dying, { tenantId, payload: letter?.payload });
  await expect.poll(async () => (await place.lookAtOwn(owner, id))?.outcome).toBe("begun");
  await run(letter);
  expect(mails.taken).toEqual([]);
  site.passSeconds(15 * 60);
  await run((await listJobs("letter"))[0]);
  expect(mails.taken).toHaveLength(1);
});

test("a cloud that lost its mail server says so, and goes on at the next time", async () => {
  const { owner, mails, listJobs, run, tenantId } = place;
  const id = await place.save();
  passUntil((await place.order(owner, id)).nextAt);
  await run((await listJobs("mail"))[0]);
  const payload = (await listJobs("letter"))[0]?.payload;
  await mailJobs["saved-reports.letter"]?.work(site.jobContext, { tenantId, payload });
  const lost = { outcome: "refused", detail: "no mail server" };
  expect(await place.lookAtOwn(owner, id)).toMatchObject(lost);
  await place.runDue();
  expect(mails.taken).toHaveLength(1);
});

test("times that nobody was there for come to one mail, and the next is at its hour again", async () => {
  const { owner, mails, listJobs, run } = place;
  const id = await place.save();
  const { nextAt } = await place.order(owner, id);
  const [job] = await listJobs("mail");
  site.passSeconds(5 * 86_400);
  await run(job);
  await run(job);
  await place.runLetters();
  expect(mails.taken).toHaveLength(1);
  const next = Date.parse((await place.look(owner, id)).mail?.nextAt ?? "");
  expect(next).toBeGreaterThan(site.clock().getTime());
  expect((next - Date.parse(nextAt)) % 86_400_000).toBe(0);
});

test("a mail server that is away is asked again for two hours, and then that is said", async () => {
  const { owner, mails, listJobs, run } = place;
  const id = await place.save();
  await place.order(owner, id);
  mails.behave("busy");
  await place.runDue();
  expect(await place.lookAtOwn(owner, id)).toMatchObject({ outcome: "again", detail: "451" });
  mails.behave("takes");
  const [again] = await listJobs("letter");
  await run(again);
  expect(mails.taken).toHaveLength(1);
  expect(await place.lookAtOwn(owner, id)).toMatchObject({ outcome: "sent" });
  mails.behave("busy");
  await place.runDue();
  site.passSeconds(3 * 3600);
  const [late] = await listJobs("letter");
  await run(late);
  // One of before, that a worker takes up again, is none that anybody waits for.
  mails.behave("takes");
  await run(again);
  await run(late);
  expect(mails.taken).toHaveLength(1);
  expect(await place.lookAtOwn(owner, id)).toMatchObject({ outcome: "refused", detail: "451" });
});

test("whoever may not read it any more is written nothing, and whoever left is forgotten", async () => {
  const { owner, mails } = place;
  const viewer = await site.invite(owner, "viewer");
  const id = await place.save();
  await place.order(viewer, id);
  const staffId = await place.staffIdOf(viewer);
  await place.change(id, { shared: false });
  await place.runDue();
  await place.change(id, { shared: true });
  expect(await place.lookAtOwn(viewer, id)).toMatchObject({ outcome: "not-told" });
  expect((await owner.ask("DELETE", `/api/v1/staff/${staffId}`)).status).toBeLessThan(300);
  await place.runDue();
  expect(mails.taken).toEqual([]);
  const count = `select count(*)::int as rows from saved_report_mails where saved_id = '${id}'`;
  const { rows } = await withClient(site.administratorUrl, (client) => client.query(count));
  expect(rows).toEqual([{ rows: 0 }]);
});

test("each sees their own order alone, sees one now, ends it, and it ends with the report", async () => {
  const { owner, mails } = place;
  const viewer = await site.invite(owner, "viewer");
  const id = await place.save();
  expect((await viewer.ask("POST", `${mailPath(id)}/now`)).status).toBe(404);
  await place.order(viewer, id, { every: "week", weekday: 1 });
  expect((await place.look(owner, id)).mail).toBeNull();
  expect((await viewer.ask("POST", `${mailPath(id)}/now`)).status).toBe(202);
  await place.runLetters();
  expect(mails.taken).toHaveLength(1);
  expect((await viewer.ask("DELETE", mailPath(id))).status).toBe(204);
  expect((await place.look(viewer, id)).mail).toBeNull();
  await place.runDue();
  expect(mails.taken).toHaveLength(1);
  await place.order(owner, id);
  expect((await owner.ask("DELETE", `/api/v1/saved-reports/${id}`)).status).toBe(204);
  await place.runDue();
  expect(mails.taken).toHaveLength(1);
});

test("a rhythm that cannot be, and somebody else's report, are refused", async () => {
  const { owner } = place;
  const id = await place.save();
  const faults: [Partial<MailBody>, string][] = [
    [{ every: "week" }, "/weekday"],
    [{ monthDay: 31 }, "/monthDay"],
    [{ timeZone: "+07:00" }, "/timeZone"],
  ];
  for (const [more, field] of faults) {
    const { status, body } = await owner.ask("PUT", mailPath(id), { ...DAILY, ...more });
    expect([status, (body as { field?: string }).field]).toEqual([400, field]);
  }
  expect((await owner.ask("PUT", mailPath(id), { ...DAILY, hour: 24 })).status).toBe(400);
  const viewer = await site.invite(owner, "viewer");
  await place.change(id, { shared: false });
  expect((await viewer.ask("PUT", mailPath(id), DAILY)).status).toBe(404);
});
