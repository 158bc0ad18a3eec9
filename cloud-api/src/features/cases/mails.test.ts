import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";
import { openMailServer, type Provider } from "../../../test/providers.ts";
import { makeTestBox, NAS_ID, type TestBox } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import { listRows, sql } from "../../platform/db.ts";
import { type Mailer, openMailer } from "../../platform/mailer.ts";
import { withClient } from "../../platform/roles.ts";
import { storePush } from "../ingest/index.ts";
import { caseJobs, mailCases } from "./mails.ts";
import type { CaseMailsReply, CasesReply } from "./schema.ts";

type Identity = { tenantId: string; branchId: string; boxId: string };

let site: TestApp;
let mails: Provider;
let owner: TestBrowser;
let ownerId: string;
let identity: Identity;
let box: TestBox;

beforeAll(async () => {
  site = await openTestApp({ sendsMail: true });
});
afterAll(() => site?.close());
beforeEach(async () => {
  mails = await openMailServer();
  owner = await site.signUp({ email: `owner-${newId()}@example.test` });
  const place = { timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] };
  const branch = await owner.ask<{ id: string }>("POST", "/api/v1/branches", {
    ...{ name: "Hồ Gươm", ...place },
  });
  const path = `/api/v1/branches/${branch.body.id}/boxes`;
  const added = await owner.ask<{ box: { id: string } }>("POST", path, { name: "Counter" });
  type Session = { tenantId: string; staff: { id: string } };
  const { body } = await owner.ask<Session>("GET", "/api/v1/session");
  ownerId = body.staff.id;
  identity = { tenantId: body.tenantId, branchId: branch.body.id, boxId: added.body.box.id };
  box = makeTestBox(identity);
});

const answer = (food: number, given: { place?: string; texts?: Record<string, string> } = {}) =>
  box.write("survey.answered", {
    ...{ answerId: newId(), surveyId: "spring", guestId: null, deviceId: null, nasId: NAS_ID },
    ...{ by: "link", place: null, language: "vi", choices: {}, ratings: { food }, texts: {} },
    ...given,
  });

async function tell(...events: ReturnType<typeof answer>[]) {
  await storePush(site.database, identity, { epoch: box.epoch, events });
  await site.follow(identity.tenantId);
}

/** Runs the job that waits for somebody. */
async function sendMails(staffId = ownerId) {
  const { port } = mails.configured;
  const server = { host: "127.0.0.1", port: Number(port), security: "none" as const };
  const mailer = openMailer({ server, from: "Foyer <foyer@example.test>" });
  const orderedAt = site.clock().toISOString();
  await mailCases({ ...site.jobContext, mailer }, identity.tenantId, { staffId, orderedAt });
  return mails.taken.map(({ text }) => text);
}

const mailStates = () =>
  site.database.inTenant(identity.tenantId, async (tx) => {
    const rows = await listRows(
      tx,
      sql<{ state: string }>`
        select state from case_mails where tenant_id = ${tx.tenantId} order by state`,
    );
    return rows.map(({ state }) => state);
  });

const listSettleJobs = () =>
  withClient(site.administratorUrl, async (client) => {
    const { rows } = await client.query<{ payload: { payload: { mailId: string } } }>(
      `select jobs.payload from graphile_worker._private_jobs as jobs
       join graphile_worker._private_tasks as tasks on tasks.id = jobs.task_id
       where tasks.identifier = 'cases.settle-mail'`,
    );
    return rows.map(({ payload }) => payload.payload);
  });

/** What is ordered for each mail before it is sent. */
const settle = (mailId: string) =>
  caseJobs["cases.settle-mail"]?.work(site.jobContext, {
    ...{ tenantId: identity.tenantId, payload: { mailId } },
  });

const cases = async () => (await owner.ask<CasesReply>("GET", "/api/v1/cases")).body.cases;

test("HM-6.2 a low answer is told to the manager by mail, once, without what the guest wrote", async () => {
  await tell(answer(1, { place: "ban-5", texts: { why: "Gọi tôi 0912345678" } }), answer(5));
  const [text = "", ...others] = await sendMails();
  expect(others).toEqual([]);
  expect(text).toContain("Hồ Gươm");
  expect(text).toContain("ban-5");
  expect(text).toContain(`/cases/${(await cases())[0]?.id}`);
  expect(text).not.toContain("0912345678");
  expect(await sendMails()).toHaveLength(1);
});

test("cases that come together are told in one mail, but for those that are closed by then", async () => {
  await tell(answer(1, { place: "ban-1" }), answer(1, { place: "ban-2" }), answer(2));
  const first = (await cases()).find((each) => each.answer?.place === "ban-1");
  const closed = { changedAt: first?.changedAt, state: "closed" };
  await owner.ask("PATCH", `/api/v1/cases/${first?.id}`, closed);
  const [text = "", ...others] = await sendMails();
  expect(others).toEqual([]);
  expect(text).toContain("ban-2");
  expect(text).not.toContain("ban-1");
});

test("two runs at once tell each case once, and what a server did not take waits", async () => {
  await tell(answer(1));
  mails.behave("busy");
  expect(await sendMails()).toEqual([]);
  mails.behave("takes");
  await Promise.all([sendMails(), sendMails()]);
  expect(mails.taken).toHaveLength(1);
});

test("a mail whose sender died on the way is settled as unknown, not left on its way or told twice", async () => {
  await tell(answer(1));
  let mailId = "";
  const broken: Mailer = {
    send: ({ reference }) => {
      mailId = reference;
      return Promise.reject(new Error("the process was killed"));
    },
  };
  const task = { staffId: ownerId, orderedAt: site.clock().toISOString() };
  const sending = mailCases({ ...site.jobContext, mailer: broken }, identity.tenantId, task);
  await expect(sending).rejects.toThrow("killed");
  expect(await mailStates()).toEqual(["sending"]);
  expect(await listSettleJobs()).toContainEqual({ mailId });
  await settle(mailId);
  expect(await mailStates()).toEqual(["unknown"]);
  expect(await sendMails()).toEqual([]);
  // One that was told to the end keeps what became of it.
  await tell(answer(1));
  expect(await sendMails()).toHaveLength(1);
  for (const payload of await listSettleJobs()) await settle(payload.mailId);
  expect(await mailStates()).toEqual(["sent", "unknown"]);
});

test("whoever turns mails off is not written to, and a viewer never is", async () => {
  const viewer = await site.invite(owner, "viewer");
  const session = await viewer.ask<{ staff: { id: string } }>("GET", "/api/v1/session");
  const path = "/api/v1/me/case-mails";
  const { body } = await owner.ask<CaseMailsReply>("GET", path);
  expect(body).toEqual({ isOn: true, sendsMail: true });
  await owner.ask("PUT", path, { isOn: false });
  await tell(answer(1));
  expect(await sendMails()).toEqual([]);
  expect(await sendMails(session.body.staff.id)).toEqual([]);
  expect((await viewer.ask("PUT", path, { isOn: true })).status).toBe(403);
});
