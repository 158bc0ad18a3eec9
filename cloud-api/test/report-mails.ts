import { expect } from "vitest";
import { mailJobs } from "../src/features/saved-reports/mails.ts";
import type {
  MailBody,
  MailReply,
  SavedBody,
  SavedReply,
} from "../src/features/saved-reports/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { openMailer } from "../src/platform/mailer.ts";
import { withClient } from "../src/platform/roles.ts";
import type { TestApp, TestBrowser } from "./open-test-app.ts";
import { openMailServer, type Provider } from "./providers.ts";

export const DAILY: MailBody = {
  ...{ every: "day", weekday: null, monthDay: null, hour: 8 },
  ...{ timeZone: "Asia/Ho_Chi_Minh", language: "en" },
};

const SAVED: SavedBody = {
  ...{ name: "Mỗi sáng", report: "new-returning", period: "7-days", days: null },
  ...{ compared: "before", query: {}, shared: true },
};

type Payload = {
  savedId: string;
  readerId?: string;
  mailId?: string;
  dueAt?: string;
  since?: string;
};
export type Job = { task: string; payload: Payload; runAt: Date };

export const mailPath = (id: string) => `/api/v1/saved-reports/${id}/mail`;

/** A company with one branch and a mail server, whose waiting mails are sent when a test says so. */
export type MailPlace = {
  mails: Provider;
  owner: TestBrowser;
  tenantId: string;
  branchId: string;
  save: (more?: Partial<SavedBody>) => Promise<string>;
  change: (id: string, more: Partial<SavedBody>) => Promise<void>;
  order: (
    who: TestBrowser,
    id: string,
    more?: Partial<MailBody>,
  ) => Promise<NonNullable<MailReply["mail"]>>;
  look: (who: TestBrowser, id: string) => Promise<MailReply>;
  /** What became of somebody's own. */
  lookAtOwn: (
    who: TestBrowser,
    id: string,
  ) => Promise<NonNullable<MailReply["mail"]>["readers"][number] | undefined>;
  /** Waiting orders and mails of this company, the next first. */
  listJobs: (task?: "mail" | "letter") => Promise<Job[]>;
  /** Runs a job, as a worker does whose mail server is there. */
  run: (job: Job | undefined) => Promise<void>;
  /** All mails that wait, whenever they are to go. */
  runLetters: () => Promise<void>;
  /** At the time of the next orders: they are begun, and their mails are written. */
  runDue: () => Promise<void>;
  staffIdOf: (who: TestBrowser) => Promise<string>;
  /** What the mail server took for them. */
  mailsTo: (who: TestBrowser) => Promise<Provider["taken"]>;
};

export async function openMailPlace(site: TestApp): Promise<MailPlace> {
  const mails = await openMailServer();
  const owner = await site.signUp({ email: `owner-${newId()}@example.test` });
  const place = { name: "Hồ Gươm", timeZone: "Asia/Ho_Chi_Minh", country: "VN" };
  const branch = await owner.ask<{ id: string }>("POST", "/api/v1/branches", {
    ...{ ...place, languages: ["vi"] },
  });
  const session = await owner.ask<{ tenantId: string }>("GET", "/api/v1/session");
  const { tenantId } = session.body;
  const server = {
    host: "127.0.0.1",
    port: Number(mails.configured.port),
    security: "none" as const,
  };
  const mailer = openMailer({ server, from: "Foyer <foyer@example.test>" });
  const listJobs: MailPlace["listJobs"] = async (task) =>
    (await listWaiting(site, tenantId)).filter(
      (job) => task === undefined || job.task === `saved-reports.${task}`,
    );
  const run: MailPlace["run"] = async (job) => {
    await mailJobs[job?.task ?? ""]?.work(
      { ...site.jobContext, mailer },
      { tenantId, payload: job?.payload },
    );
  };
  const runLetters = async () => {
    for (const job of await listJobs("letter")) await run(job);
  };
  const look: MailPlace["look"] = async (who, id) =>
    (await who.ask<MailReply>("GET", mailPath(id))).body;
  return {
    ...{ mails, owner, tenantId, branchId: branch.body.id, listJobs, run, runLetters, look },
    save: async (more = {}) => {
      const { status, body } = await owner.ask<SavedReply>("POST", "/api/v1/saved-reports", {
        ...SAVED,
        ...more,
      });
      expect(status).toBe(201);
      return body.id;
    },
    change: async (id, more) => {
      const { status } = await owner.ask("PUT", `/api/v1/saved-reports/${id}`, {
        ...SAVED,
        ...more,
      });
      expect(status).toBe(200);
    },
    order: async (who, id, more = {}) => {
      const { status, body } = await who.ask<MailReply>("PUT", mailPath(id), { ...DAILY, ...more });
      expect([status, body]).toMatchObject([200, { mail: {} }]);
      if (body.mail) return body.mail;
      throw new Error("An order was taken and not told.");
    },
    lookAtOwn: async (who, id) => (await look(who, id)).mail?.readers.find(({ isOwn }) => isOwn),
    runDue: async () => {
      const [first] = await listJobs("mail");
      site.passSeconds(((first?.runAt.getTime() ?? 0) - site.clock().getTime()) / 1000 + 1);
      for (const job of await listJobs("mail")) if (job.runAt <= site.clock()) await run(job);
      await runLetters();
    },
    staffIdOf: async (who) => (await staffOf(who)).id,
    mailsTo: async (who) => {
      const { email } = await staffOf(who);
      return mails.taken.filter(({ to }) => to === email);
    },
  };
}

const staffOf = async (who: TestBrowser) =>
  (await who.ask<{ staff: { id: string; email: string } }>("GET", "/api/v1/session")).body.staff;

const listWaiting = (site: TestApp, tenantId: string): Promise<Job[]> =>
  withClient(site.administratorUrl, async (client) => {
    const { rows } = await client.query<{
      payload: { tenantId: string; payload: Payload };
      run_at: Date;
      task: string;
    }>(
      `select jobs.payload, jobs.run_at, tasks.identifier as task
       from graphile_worker._private_jobs as jobs
       join graphile_worker._private_tasks as tasks on tasks.id = jobs.task_id
       where tasks.identifier in ('saved-reports.mail', 'saved-reports.letter') order by jobs.run_at, jobs.id`,
    );
    return rows
      .filter(({ payload }) => payload.tenantId === tenantId)
      .map(({ task, payload, run_at: runAt }) => ({ task, payload: payload.payload, runAt }));
  });
