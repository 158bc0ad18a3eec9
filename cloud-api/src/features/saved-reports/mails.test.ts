import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";
import { openMailServer, type Provider } from "../../../test/providers.ts";
import { newId } from "../../platform/clock.ts";
import { openMailer } from "../../platform/mailer.ts";
import { withClient } from "../../platform/roles.ts";
import { mailJobs } from "./mails.ts";
import type { MailBody, MailReply, SavedReply } from "./schema.ts";

let site: TestApp;
let mails: Provider;
let owner: TestBrowser;
let tenantId: string;

beforeAll(async () => {
  site = await openTestApp({ sendsMail: true });
});
afterAll(() => site?.close());
beforeEach(async () => {
  mails = await openMailServer();
  owner = await site.signUp({ email: `owner-${newId()}@example.test` });
  const place = { name: "Hồ Gươm", timeZone: "Asia/Ho_Chi_Minh", country: "VN" };
  await owner.ask("POST", "/api/v1/branches", { ...place, languages: ["vi"] });
  tenantId = (await owner.ask<{ tenantId: string }>("GET", "/api/v1/session")).body.tenantId;
});

const DAILY: MailBody = {
  ...{ every: "day", weekday: null, monthDay: null, hour: 8 },
  ...{ timeZone: "Asia/Ho_Chi_Minh", language: "en" },
};

async function save(): Promise<string> {
  const report = { name: "Mỗi sáng", report: "new-returning", period: "7-days", days: null };
  const { status, body } = await owner.ask<SavedReply>("POST", "/api/v1/saved-reports", {
    ...{ ...report, compared: "before", query: {}, shared: true },
  });
  expect(status).toBe(201);
  return body.id;
}
const pathOf = (id: string) => `/api/v1/saved-reports/${id}/mail`;
const order = async (who: TestBrowser, id: string, body: MailBody = DAILY) => {
  const { status, body: reply } = await who.ask<MailReply>("PUT", pathOf(id), body);
  expect(status).toBe(200);
  return reply.mail;
};
const look = async (who: TestBrowser, id: string) =>
  (await who.ask<MailReply>("GET", pathOf(id))).body.mail;

type Task = {
  savedId: string;
  staffId: string;
  dueAt: string | null;
  mailId: string | null;
  since: string;
};
type Job = { tenantId: string; payload: Task };

/** What waits for the mail server, of this company. */
const listJobs = () =>
  withClient(site.administratorUrl, async (client) => {
    const { rows } = await client.query<{ payload: Job; run_at: Date }>(
      `select jobs.payload, jobs.run_at from graphile_worker._private_jobs as jobs
       join graphile_worker._private_tasks as tasks on tasks.id = jobs.task_id
       where tasks.identifier = 'saved-reports.mail' order by jobs.run_at`,
    );
    return rows.filter(({ payload }) => payload.tenantId === tenantId);
  });

/** Runs a job, as a worker does whose mail server is there. */
async function run(payload: Task | undefined) {
  const { port } = mails.configured;
  const server = { host: "127.0.0.1", port: Number(port), security: "none" as const };
  const mailer = openMailer({ server, from: "Foyer <foyer@example.test>" });
  await mailJobs["saved-reports.mail"]?.work({ ...site.jobContext, mailer }, { tenantId, payload });
}
const passUntil = (moment: string | undefined) =>
  site.passSeconds((Date.parse(moment ?? "") - site.clock().getTime()) / 1000 + 1);

test("a report is written at its hour, with its numbers and pages, once though two workers have it", async () => {
  const id = await save();
  const mail = await order(owner, id);
  expect(new Date(mail?.nextAt ?? "").toISOString()).toMatch(/T01:00:00\.000Z$/);
  const [job] = await listJobs();
  expect(job?.run_at.toISOString()).toBe(mail?.nextAt);
  passUntil(mail?.nextAt);
  await Promise.all([run(job?.payload.payload), run(job?.payload.payload)]);
  expect(mails.taken).toHaveLength(1);
  const [{ text = "" } = {}] = mails.taken;
  for (const part of ["Mỗi sáng", "Visits: 0", `/saved-reports/${id}`, "application/pdf"])
    expect(text).toContain(part);
  // The pages themselves: what base64 makes of %PDF-.
  expect(text).toContain("JVBERi0");
  const after = await look(owner, id);
  expect(after).toMatchObject({ outcome: "sent", detail: null });
  expect(Date.parse(after?.nextAt ?? "") - Date.parse(mail?.nextAt ?? "")).toBe(86_400_000);
  const left = (await listJobs()).map(({ payload }) => payload.payload);
  expect(left.map(({ dueAt }) => dueAt)).toContain(after?.nextAt);
  // What is ordered for a worker that dies finds it sent.
  await run(left.find(({ dueAt }) => dueAt === null));
  expect(mails.taken).toHaveLength(1);
});

test("what fails before the mail server is called is written by the next try, and after that by none", async () => {
  const id = await save();
  const mail = await order(owner, id);
  passUntil(mail?.nextAt);
  const [job] = await listJobs();
  const origin = () => {
    throw new Error("the process is gone");
  };
  const mailer = { send: async () => ({ kind: "sent" as const }) };
  const work = mailJobs["saved-reports.mail"]?.work;
  const payload = job?.payload.payload;
  await work?.({ ...site.jobContext, mailer, origin }, { tenantId, payload });
  expect(await look(owner, id)).toMatchObject({ outcome: "again" });
  const isBeside = ({ payload }: { payload: Job }) => payload.payload.dueAt === null;
  const beside = (await listJobs()).find(isBeside)?.payload.payload;
  await run(beside);
  await run(beside);
  expect(mails.taken).toHaveLength(1);
  // Under the name that each try has, by which the server may know a double.
  expect(mails.taken[0]?.reference).toBe(beside?.mailId);
});

test("a cloud that lost its mail server says so, and goes on at the next time", async () => {
  const id = await save();
  const mail = await order(owner, id);
  passUntil(mail?.nextAt);
  const payload = (await listJobs())[0]?.payload.payload;
  await mailJobs["saved-reports.mail"]?.work(site.jobContext, { tenantId, payload });
  const after = await look(owner, id);
  expect(after).toMatchObject({ outcome: "refused", detail: "no mail server" });
  passUntil(after?.nextAt);
  const next = (await listJobs()).find((each) => each.payload.payload.dueAt === after?.nextAt);
  await run(next?.payload.payload);
  expect(mails.taken).toHaveLength(1);
});

test("times that nobody was there for come to one mail, and the next is at its hour again", async () => {
  const id = await save();
  const mail = await order(owner, id);
  const [job] = await listJobs();
  site.passSeconds(5 * 86_400);
  await run(job?.payload.payload);
  await run(job?.payload.payload);
  expect(mails.taken).toHaveLength(1);
  const next = Date.parse((await look(owner, id))?.nextAt ?? "");
  expect(next).toBeGreaterThan(site.clock().getTime());
  expect((next - Date.parse(mail?.nextAt ?? "")) % 86_400_000).toBe(0);
});

test("a mail server that is away is asked again for two hours, and then that is said", async () => {
  const id = await save();
  const mail = await order(owner, id);
  passUntil(mail?.nextAt);
  mails.behave("busy");
  await run((await listJobs())[0]?.payload.payload);
  expect(await look(owner, id)).toMatchObject({ outcome: "again", detail: "451" });
  const isAgain = ({ payload }: { payload: Job }) => payload.payload.dueAt === null;
  const again = (await listJobs()).find(isAgain)?.payload.payload;
  mails.behave("takes");
  await run(again);
  expect(mails.taken).toHaveLength(1);
  expect(await look(owner, id)).toMatchObject({ outcome: "sent" });
  mails.behave("busy");
  const since = site.clock().toISOString();
  const late = { ...again, savedId: id, staffId: again?.staffId ?? "", dueAt: null, since };
  site.passSeconds(3 * 3600);
  await run({ ...late, mailId: newId() });
  // One of before, that a worker takes up again, is none that anybody waits for.
  mails.behave("takes");
  await run(again);
  expect(mails.taken).toHaveLength(1);
  expect(await look(owner, id)).toMatchObject({ outcome: "refused", detail: "451" });
});

test("whoever may not read it any more is written nothing, and whoever left is forgotten", async () => {
  const viewer = await site.invite(owner, "viewer");
  const id = await save();
  await order(viewer, id);
  const staffId = (await listJobs())[0]?.payload.payload.staffId ?? "";
  const since = site.clock().toISOString();
  const now = (): Task => ({ savedId: id, staffId, dueAt: null, mailId: newId(), since });
  const shared = { name: "Mỗi sáng", report: "new-returning", period: "7-days", days: null };
  const own = { ...shared, compared: "before", query: {}, shared: false };
  expect((await owner.ask("PUT", `/api/v1/saved-reports/${id}`, own)).status).toBe(200);
  await run(now());
  await owner.ask("PUT", `/api/v1/saved-reports/${id}`, { ...own, shared: true });
  expect(await look(viewer, id)).toMatchObject({ outcome: "not-told" });
  expect((await owner.ask("DELETE", `/api/v1/staff/${staffId}`)).status).toBeLessThan(300);
  await run(now());
  expect(mails.taken).toEqual([]);
  const count = `select count(*)::int as rows from saved_report_mails where saved_id = '${id}'`;
  const { rows } = await withClient(site.administratorUrl, (client) => client.query(count));
  expect(rows).toEqual([{ rows: 0 }]);
});

test("each has it for themselves, sees one now, ends it, and it ends with the report", async () => {
  const viewer = await site.invite(owner, "viewer");
  const id = await save();
  expect((await viewer.ask("POST", `${pathOf(id)}/now`)).status).toBe(404);
  await order(viewer, id, { ...DAILY, every: "week", weekday: 1 });
  expect(await look(owner, id)).toBeNull();
  expect((await viewer.ask("POST", `${pathOf(id)}/now`)).status).toBe(202);
  const now = (await listJobs()).find(({ payload }) => payload.payload.dueAt === null);
  await run(now?.payload.payload);
  expect(mails.taken).toHaveLength(1);
  expect((await viewer.ask("DELETE", pathOf(id))).status).toBe(204);
  expect(await look(viewer, id)).toBeNull();
  for (const { payload } of await listJobs()) await run(payload.payload);
  expect(mails.taken).toHaveLength(1);
  await order(owner, id);
  expect((await owner.ask("DELETE", `/api/v1/saved-reports/${id}`)).status).toBe(204);
  for (const { payload } of await listJobs()) await run(payload.payload);
  expect(mails.taken).toHaveLength(1);
});

test("a rhythm that cannot be, and somebody else's report, are refused", async () => {
  const id = await save();
  const faults: [Partial<MailBody>, string][] = [
    [{ every: "week" }, "/weekday"],
    [{ monthDay: 31 }, "/monthDay"],
    [{ timeZone: "+07:00" }, "/timeZone"],
  ];
  for (const [more, field] of faults) {
    const { status, body } = await owner.ask("PUT", pathOf(id), { ...DAILY, ...more });
    expect([status, (body as { field?: string }).field]).toEqual([400, field]);
  }
  expect((await owner.ask("PUT", pathOf(id), { ...DAILY, hour: 24 })).status).toBe(400);
  const viewer = await site.invite(owner, "viewer");
  await owner.ask("PUT", `/api/v1/saved-reports/${id}`, {
    ...{ name: "Riêng", report: "hours", period: "7-days", days: null },
    ...{ compared: "nothing", query: {}, shared: false },
  });
  expect((await viewer.ask("PUT", pathOf(id), DAILY)).status).toBe(404);
});
