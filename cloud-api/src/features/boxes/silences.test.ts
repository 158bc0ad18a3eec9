import { BOX_API, type BoxReport } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Enrolled, signJson } from "../../../test/box-calls.ts";
import { enrolBox } from "../../../test/enrol-box.ts";
import {
  everywhere,
  openTestApp,
  type TestApp,
  type TestBrowser,
} from "../../../test/open-test-app.ts";
import { openMailServer, type Provider } from "../../../test/providers.ts";
import { newId } from "../../platform/clock.ts";
import { startWorker } from "../../platform/jobs.ts";
import { type Mailer, openMailer } from "../../platform/mailer.ts";
import { withClient } from "../../platform/roles.ts";
import { boxJobs, lookForSilences } from "./jobs.ts";
import { GATHER_MINUTES } from "./rules.ts";
import type { SilenceMails } from "./schema.ts";

const MAILS = "/api/v1/me/silence-mails";
const SILENT_MINUTES = 30;

let site: TestApp;
let owner: TestBrowser;
let mails: Provider;
let mailer: Mailer;
beforeAll(async () => {
  site = await openTestApp({
    ...{ startsAt: new Date("2026-03-02T02:00:00.000Z"), sendsMail: true },
  });
});
afterAll(() => site?.close());
beforeEach(async () => {
  owner = await site.signUp({ email: `owner-${newId()}@example.test` });
  mails = await openMailServer();
  mailer = openMailer({
    server: { host: "127.0.0.1", port: Number(mails.configured.port), security: "none" },
    from: "Foyer <foyer@example.test>",
  });
});

async function addBox(name: string, browser = owner): Promise<Enrolled> {
  const place = { timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi", "en"] };
  const { body } = await browser.ask<{ id: string }>("POST", "/api/v1/branches", {
    name,
    ...place,
  });
  const box = await enrolBox(site, browser, body.id);
  await hear(box);
  return box;
}

async function hear({ boxKey }: Enrolled): Promise<void> {
  const report: BoxReport = {
    ...{ release: "0.1.0", epoch: newId(), now: site.clock().toISOString(), settingsVersion: 1 },
    outbox: {
      ...{ events: 0, bytes: 0, bytesMax: 1e9, thinned: 0, oldestAt: null, fullInDays: null },
    },
    clock: { machineOffsetSeconds: 0, uncertaintySeconds: 0.2 },
    ...{ freeBytes: 4e9, faults: [] },
  };
  const { content, headers } = signJson(boxKey, BOX_API.report, report);
  const url = BOX_API.report;
  const answer = await site.app.inject({ method: "POST", url, headers, payload: content });
  expect(answer.statusCode).toBe(200);
}

const follow = (browser = owner, isOn = true) => browser.ask<SilenceMails>("PUT", MAILS, { isOn });
const choice = async (browser = owner) => (await browser.ask<SilenceMails>("GET", MAILS)).body;
const addressOf = async (browser = owner) =>
  (await browser.ask<{ staff: { email: string } }>("GET", "/api/v1/session")).body.staff.email;

/** Time passes, with a look each minute, and what was put in is sent. */
async function pass(minutes: number, { tenantId }: Enrolled): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    site.passSeconds(60);
    // Two workers may look at once.
    await Promise.all([1, 2].map(() => site.database.inTenant(tenantId, lookForSilences)));
  }
  await work();
}

const countWaiting = async () =>
  await withClient(site.urls.jobs, async (client) => {
    const { rows } = await client.query("select count(*)::integer as n from graphile_worker.jobs");
    return rows[0].n as number;
  });

async function work(): Promise<void> {
  const jobs = { url: site.urls.jobs, jobs: [boxJobs], mailer };
  const worker = await startWorker({ ...site.jobContext, ...jobs });
  await vi.waitFor(async () => expect(await countWaiting()).toBe(0), { timeout: 20_000 });
  await worker.close();
}

const SILENCE = SILENT_MINUTES + GATHER_MINUTES + 1;

describe("a branch that falls silent", () => {
  test("is told once to who chose it, with where to look, and once more when it is heard again", async () => {
    const box = await addBox("Bến Thành");
    await follow();
    const to = await addressOf();
    await pass(SILENT_MINUTES - 1, box);
    expect(mails.taken).toEqual([]);
    await pass(GATHER_MINUTES + 2, box);
    expect(mails.taken).toMatchObject([{ to }]);
    const [mail] = mails.taken;
    expect(mail?.text).toContain("- Bến Thành · Quầy: tín hiệu cuối");
    expect(mail?.text).toContain(`http://foyer.test/boxes/${box.boxId}`);
    expect(await choice()).toMatchObject({ isOn: true, last: { state: "sent", detail: null } });
    await pass(60, box);
    expect(mails.taken).toHaveLength(1);
    await hear(box);
    await pass(GATHER_MINUTES + 2, box);
    expect(mails.taken).toHaveLength(2);
    expect(mails.taken[1]?.text).toContain("Đã có tín hiệu lại:\n- Bến Thành · Quầy: từ");
    await pass(GATHER_MINUTES + 2, box);
    expect(mails.taken).toHaveLength(2);
  });

  test("with others about the same time is in one mail", async () => {
    const first = await addBox("Bến Thành");
    site.passSeconds(60);
    await addBox("Hồ Gươm");
    await follow();
    await pass(SILENCE, first);
    expect(mails.taken).toHaveLength(1);
    expect(mails.taken[0]?.text).toMatch(/Bến Thành · Quầy.*Hồ Gươm · Quầy/s);
  });

  test("and is heard before anybody was written to, is in no mail", async () => {
    const box = await addBox("Bến Thành");
    await follow();
    await pass(SILENT_MINUTES + 1, box);
    await hear(box);
    await pass(GATHER_MINUTES + 5, box);
    expect(mails.taken).toEqual([]);
  });

  test("is told to nobody who did not choose it, may not manage a branch any more, or joined later", async () => {
    const box = await addBox("Bến Thành");
    const manager = await site.invite(owner, "manager", `manager-${newId()}@example.test`);
    const viewer = await site.invite(owner, "viewer", `viewer-${newId()}@example.test`);
    expect((await follow(viewer)).status).toBe(403);
    await follow(owner);
    await follow(manager);
    const id = (await manager.ask<{ staff: { id: string } }>("GET", "/api/v1/session")).body.staff
      .id;
    const changed = await owner.ask("PUT", `/api/v1/staff/${id}/grants`, {
      grants: [everywhere("viewer")],
    });
    expect(changed.status).toBeLessThan(300);
    await pass(SILENCE, box);
    expect(mails.taken.map(({ to }) => to)).toEqual([await addressOf()]);
    const late = await site.invite(owner, "manager", `late-${newId()}@example.test`);
    await follow(late);
    await follow(owner, false);
    await hear(box);
    await pass(GATHER_MINUTES + 2, box);
    expect(mails.taken, "the end of what they were not told of").toHaveLength(1);
  });

  test("is told to those alone whose branch it is", async () => {
    const box = await addBox("Bến Thành");
    const other = await addBox("Hồ Gươm");
    const follower = async (branchId: string) => {
      const scope = { kind: "branches" as const, branchIds: [branchId] };
      const invited = await site.invite(owner, { role: "manager", ownRoleId: null, scope });
      expect((await follow(invited)).status).toBeLessThan(300);
      return await addressOf(invited);
    };
    const here = await follower(box.branchId);
    const there = await follower(other.branchId);
    await pass(SILENCE - 1, box);
    await hear(other);
    await pass(GATHER_MINUTES + 2, box);
    const toldOf = (to: string) =>
      mails.taken.filter((mail) => mail.to === to).map(({ text }) => text.includes("Bến Thành"));
    expect(toldOf(here)).toEqual([true]);
    expect(toldOf(there)).not.toContain(true);
  });

  test("of another company is in nobody's mail here", async () => {
    const box = await addBox("Bến Thành");
    const others = await site.signUp({ tenantName: "Spa Sen" });
    await addBox("Sen Hồ Tây", others);
    await follow();
    await pass(SILENCE, box);
    expect(mails.taken).toHaveLength(1);
    expect(mails.taken[0]?.text).not.toContain("Sen Hồ Tây");
  });

  test("is over without a word where nobody watches it any more", async () => {
    const box = await addBox("Bến Thành");
    await follow();
    await pass(SILENCE, box);
    await owner.ask("PATCH", `/api/v1/branches/${box.branchId}/watch`, {
      ...{ silentMinutes: null, openingHours: [] },
    });
    await pass(GATHER_MINUTES + 2, box);
    expect(mails.taken).toHaveLength(1);
  });
});

describe("the mail server", () => {
  test("that is busy is asked again until it takes the mail, once", async () => {
    const box = await addBox("Bến Thành");
    await follow();
    mails.behave("busy");
    const passing = pass(SILENCE, box);
    await vi.waitFor(async () => expect((await choice()).last?.state).toBe("waiting"), 30_000);
    expect((await choice()).last?.detail).toBe("451");
    mails.behave("takes");
    await passing;
    expect(mails.taken).toHaveLength(1);
    expect((await choice()).last).toMatchObject({ state: "sent" });
  });

  test.each([
    ["bad recipient", { state: "refused", detail: "550" }],
    // Who broke off may have taken it: nobody sends it again.
    ["breaks off", { state: "unknown" }],
  ] as const)("that answers with %s is not asked again, and staff see why", async (how, last) => {
    const box = await addBox("Bến Thành");
    await follow();
    mails.behave(how);
    await pass(SILENCE, box);
    expect((await choice()).last).toMatchObject(last);
    expect(mails.taken.length).toBeLessThanOrEqual(1);
  });
});
