import { randomUUID } from "node:crypto";
import { STANDARD_RETENTION } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { openTestPlace, type TestPlace } from "../../../test/open-test-place.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import { run, sql } from "../../platform/db.ts";
import { storePush } from "../ingest/index.ts";
import { purgeTenant } from "./jobs.ts";
import { saveRule } from "./queries.ts";
import type { Kind } from "./rules.ts";

const DAY = 24 * 60 * 60;
const PHONE = "+84912345678";

let cloud: TestCloud;
let place: TestPlace;
beforeAll(async () => {
  cloud = await openTestCloud({ startsAt: new Date("2026-11-26T02:00:00Z") });
});
beforeEach(async () => {
  place = await openTestPlace(cloud);
});
afterAll(() => cloud?.close());

const now = (seconds = 0) => new Date(cloud.clock().getTime() + seconds * 1000);

/** Two nights, since the first run after a while is put off. Gives all that was removed. */
async function purge(): Promise<Record<string, number>> {
  cloud.passSeconds(1);
  const begun = now().toISOString();
  await purgeTenant(cloud.jobContext, place.tenantId);
  cloud.passSeconds(DAY);
  await purgeTenant(cloud.jobContext, place.tenantId);
  await cloud.follow(place.tenantId);
  const runs = await place.query<{ removed: Record<string, number>; outcome: string }>(
    `select removed, outcome from purges
     where tenant_id = $tenant and box_id is null and at >= '${begun}'
       and at <= '${now().toISOString()}' order by at`,
  );
  expect(runs.at(-1)?.outcome).toBe("done");
  return Object.assign({}, ...runs.map(({ removed }) => removed));
}

const keepFor = (kind: Kind, days: number) =>
  cloud.database.inTenant(place.tenantId, (tx) =>
    saveRule(tx, { kind, days, lawDaysMin: null, lawDaysMax: null, lawNote: null }),
  );

/** A guest who signed in and stayed for an hour. */
async function addGuest(phone = PHONE, name = "Tuyết Lan", box = place.box) {
  const { guestId, deviceId, events } = box.signIn({ phone, name, at: now() });
  const visit = box.visit({ guestId, deviceId, startedAt: now(), endedAt: now(3600) });
  await place.push([...events, ...visit.events], box);
  return { guestId, deviceId, ...visit };
}

const figures = () =>
  place.query(
    `select visits.connected_seconds, visits.upload_bytes, visits.number, customers.visits,
       visits.started_at, visits.ended_at
     from visits left join customers on customers.tenant_id = visits.tenant_id
       and customers.id = visits.customer_id
     where visits.tenant_id = $tenant order by visits.started_at, visits.id`,
  );

test("logs that a box sent go after a week, and no other's before", async () => {
  const { tenantId } = place;
  const keep = () =>
    cloud.database.inTenant(tenantId, async (tx) => {
      const id = newId();
      await run(
        tx,
        sql`insert into box_logs (tenant_id, command_id, box_id, packed, received_at)
            values (${tenantId}, ${id}, ${place.box.boxId}, 'log', ${tx.now})`,
      );
      return id;
    });
  const listKept = async () =>
    (
      await place.query<{ id: string }>(
        "select command_id as id from box_logs where tenant_id = $tenant",
      )
    ).map(({ id }) => id);
  const old = await keep();
  cloud.passSeconds(5 * DAY);
  const young = await keep();
  expect(await purge()).toEqual({});
  expect((await listKept()).toSorted()).toEqual([old, young].toSorted());
  cloud.passSeconds(DAY);
  expect(await purge()).toEqual({ boxLogs: 1 });
  expect(await listKept()).toEqual([young]);
});

test("refused log-ins are counted for as long as sessions are kept", async () => {
  const { tenantId, box } = place;
  const keep = (at: Date) =>
    cloud.database.inTenant(tenantId, (tx) =>
      run(
        tx,
        sql`insert into nas_refusals (tenant_id, box_id, nas_id, at, reason, branch_id, count)
            values (${tenantId}, ${box.boxId}, ${NAS_ID}, ${at}, 'wrong-password',
              ${box.branchId}, 3)`,
      ),
    );
  const keptDays = Math.max(STANDARD_RETENTION.visitDays, STANDARD_RETENTION.networkLogDays);
  await keep(now(-(keptDays + 1) * DAY));
  await keep(now(-(keptDays - 3) * DAY));
  expect(await purge()).toEqual({ nasRefusals: 1 });
  expect(await purge()).toEqual({});
});

describe("a run", () => {
  test("removes nothing the first night, and says that it was put off", async () => {
    await purgeTenant(cloud.jobContext, place.tenantId);
    await purgeTenant(cloud.jobContext, place.tenantId);
    const rows = await place.query("select outcome, days from purges where tenant_id = $tenant");
    expect(rows).toMatchObject([
      { outcome: "put-off", days: { ...STANDARD_RETENTION, codeDays: 90 } },
    ]);
  });

  test("takes a clock that has jumped a year for what it is", async () => {
    await addGuest();
    await purge();
    cloud.passSeconds(3 * 365 * DAY);
    await purgeTenant(cloud.jobContext, place.tenantId);
    await cloud.follow(place.tenantId);
    expect(await place.countRowsWith("912345678")).toBeGreaterThan(0);
    cloud.passSeconds(-3 * 365 * DAY);
    expect(await purge()).toEqual({});
    expect(await place.countRowsWith("912345678")).toBeGreaterThan(0);
  });

  test("removes just what is due, and counts it", async () => {
    await addGuest();
    await keepFor("deviceDays", 30);
    await keepFor("networkLogDays", 7);
    cloud.passSeconds(28 * DAY);
    await addGuest("+84912345679", "Minh");
    expect(await purge()).toEqual({});
    cloud.passSeconds(2 * DAY);
    expect(await purge()).toEqual({ macs: 1, toldMacs: 1 });
    const macs = await place.query("select mac from devices where tenant_id = $tenant order by id");
    expect(macs.filter(({ mac }) => mac === null)).toHaveLength(1);
    expect(await purge()).toEqual({});
  });

  test("forgets what browsers keep with their devices, and of a guest who was forgotten at once", async () => {
    await keepFor("deviceDays", 30);
    const tokens = () => place.query("select 1 from device_tokens where tenant_id = $tenant");
    const issue = (deviceId: string, digit: string) =>
      place.box.write("device.token-issued", { deviceId, tokenHash: digit.repeat(64) }, now());
    const [lan, minh] = [await addGuest(), await addGuest("+84912345679", "Minh")];
    await place.push([issue(lan.deviceId, "1"), issue(minh.deviceId, "2")]);
    await cloud.follow(place.tenantId);
    expect(await tokens()).toHaveLength(2);
    const { guestId, deviceId } = lan;
    const asked = { requestId: newId(), guestId, deviceId, nasId: NAS_ID, language: "vi" } as const;
    await place.push([place.box.write("guest.deletion-requested", asked, now())]);
    await place.push([issue(deviceId, "3")]);
    await cloud.follow(place.tenantId);
    expect(await tokens()).toHaveLength(1);
    cloud.passSeconds(31 * DAY);
    expect(await purge()).toMatchObject({ browsers: 1 });
    expect(await tokens()).toEqual([]);
  });

  test("of one company leaves another alone", async () => {
    const other = await openTestPlace(cloud);
    const { events } = other.box.signIn({ phone: PHONE, name: "Lan", at: now() });
    await other.push(events);
    await addGuest();
    cloud.passSeconds(800 * DAY);
    expect(await purge()).toMatchObject({ guests: 1 });
    expect(await place.countRowsWith("912345678")).toBe(0);
    expect(await other.countRowsWith("912345678")).toBeGreaterThan(0);
  });
});

describe("sessions", () => {
  test("go after their days, and every figure of their visits stays, whatever is told late", async () => {
    await keepFor("visitDays", 35);
    await keepFor("networkLogDays", 7);
    const { visitId, sessionId, guestId, deviceId } = await addGuest();
    const startedAt = now();
    const before = await figures();
    expect(before).toMatchObject([{ connected_seconds: "3600", number: 1, visits: 1 }]);
    cloud.passSeconds(36 * DAY);
    await place.query("delete from report_use_due where tenant_id = $tenant");
    expect(await purge()).toMatchObject({ sessions: 1 });
    expect(await place.query("select 1 from sessions where tenant_id = $tenant")).toEqual([]);
    // What reports keep of the sessions of that day is found anew.
    const due = "select 1 from report_use_due where tenant_id = $tenant";
    expect(await place.query(due)).toHaveLength(1);
    expect(await figures()).toEqual(before);
    // An interim that was lost on the way, and its visit's start once more.
    const used = { connectedSeconds: 1800, uploadBytes: 500, downloadBytes: 900 };
    await place.push([
      place.box.write(
        "session.updated",
        { sessionId, visitId, ...used },
        new Date("2026-11-26T02:30:00Z"),
      ),
      place.box.write(
        "visit.started",
        {
          ...{ visitId, guestId, deviceId, source: "wifi" as const },
          startedAt: startedAt.toISOString(),
        },
        now(-36 * DAY),
      ),
    ]);
    expect(await figures()).toMatchObject([
      { number: 1, visits: 1, ended_at: before[0]?.ended_at },
    ]);
  });
});

describe("who was not heard of for two years", () => {
  test("is nobody any more, and their visits still count", async () => {
    const lan = await addGuest();
    const before = await figures();
    cloud.passSeconds(729 * DAY);
    await place.query("update boxes set last_contact_at = null where tenant_id = $tenant");
    expect((await purge()).guests).toBeUndefined();
    cloud.passSeconds(DAY);
    expect(await purge()).toMatchObject({ guests: 1 });
    expect(await place.countRowsWith("912345678")).toBe(0);
    expect(await place.countRowsWith("tuyết lan")).toBe(0);
    expect(await figures()).toEqual(before);
    // What comes of them from now on, however late, names nobody.
    const late = place.box.signIn({ phone: PHONE, name: "Lan", ...lan, at: now(-800 * DAY) });
    await place.push(late.events);
    expect(await place.countRowsWith("912345678")).toBe(0);
  });

  test("and comes back is a new customer, under the same number", async () => {
    await addGuest();
    cloud.passSeconds(735 * DAY);
    expect(await purge()).toMatchObject({ guests: 1 });
    await addGuest(PHONE, "Lan");
    const rows = await place.query(
      "select phone, visits from customers where tenant_id = $tenant order by first_seen_at",
    );
    expect(rows).toEqual([
      { phone: null, visits: 1 },
      { phone: PHONE, visits: 1 },
    ]);
  });

  test("stays where a sign-in is told between the run and its turn in the log", async () => {
    const lan = await addGuest();
    cloud.passSeconds(735 * DAY);
    await purgeTenant(cloud.jobContext, place.tenantId);
    cloud.passSeconds(DAY);
    // Stored after the run has found them due, and before any feature has read it.
    const back = place.box.signIn({ phone: PHONE, ...lan, at: now() });
    await storePush(cloud.database, place.box, { epoch: place.box.epoch, events: back.events });
    await purgeTenant(cloud.jobContext, place.tenantId);
    await cloud.follow(place.tenantId);
    expect(await place.query("select phone from customers where tenant_id = $tenant")).toEqual([
      { phone: PHONE },
    ]);
  });

  test("waits for a branch that is out of reach: its box may hold their last visit", async () => {
    await addGuest();
    cloud.passSeconds(735 * DAY);
    const silent = now(-5 * DAY).toISOString();
    await place.query(`update boxes set last_contact_at = '${silent}' where tenant_id = $tenant`);
    expect((await purge()).guests).toBeUndefined();
    await place.query(
      `update boxes set last_contact_at = '${now().toISOString()}' where tenant_id = $tenant`,
    );
    expect(await purge()).toMatchObject({ guests: 1 });
  });

  test("is not taken for one whose box's clock stands in 1970", async () => {
    cloud.passSeconds(DAY);
    const at = new Date("1970-01-02T00:00:00Z");
    await place.push(place.box.signIn({ phone: PHONE, name: "Lan", at }).events);
    expect((await purge()).guests).toBeUndefined();
    expect(await place.countRowsWith("912345678")).toBeGreaterThan(0);
  });

  test("and proved nothing is forgotten too, with what they had told", async () => {
    const guestId = newId();
    const where = { guestId, deviceId: newId(), nasId: NAS_ID, language: "vi" } as const;
    const details = { name: "Thảo", email: "thao@example.com" };
    await place.push([
      place.box.write("guest.registered", { ...where, details, termsVersion: 1 }, now()),
    ]);
    cloud.passSeconds(735 * DAY);
    expect(await purge()).toMatchObject({ guests: 1 });
    expect(await place.countRowsWith("thao@example.com")).toBe(0);
    expect((await purge()).guests).toBeUndefined();
  });

  test("had agreed to something, and the proof of it goes after days of its own", async () => {
    const lan = await addGuest();
    const words = { purpose: "terms", textVersion: 1, textSha256: "a".repeat(64) } as const;
    const act = { ...words, language: "vi", method: "portal", nasId: NAS_ID } as const;
    const { guestId, deviceId } = lan;
    await place.push([
      place.box.write("consent.given", { consentId: newId(), guestId, deviceId, ...act }, now()),
    ]);
    await keepFor("consentDays", 90);
    cloud.passSeconds(735 * DAY);
    expect((await purge()).consents).toBeUndefined();
    const proofs = () => place.query("select 1 from customer_consents where tenant_id = $tenant");
    expect(await proofs()).toHaveLength(1);
    cloud.passSeconds(92 * DAY);
    expect(await purge()).toMatchObject({ consents: 1 });
    expect(await proofs()).toHaveLength(0);
  });
});

describe("what else is kept for days of its own", () => {
  test("codes: what was sent when goes whole, with whom it was for beside the log", async () => {
    const message = { id: randomUUID(), code: "493027", secondsLeft: 300, host: null };
    const asked = {
      codeId: randomUUID(),
      nasId: NAS_ID,
      language: "vi",
      channel: "cloud",
    } as const;
    const contact = { kind: "phone", value: PHONE } as const;
    await place.push([
      place.box.write("code.requested", { ...asked, contact, message, sending: 1 }, now()),
    ]);
    cloud.passSeconds(91 * DAY);
    expect(await purge()).toMatchObject({ codes: 1, codeContacts: 1 });
    expect(await place.countRowsWith("912345678")).toBe(0);
  });

  test("answers: they count, their words and whose they were are gone", async () => {
    const lan = await addGuest();
    await place.push([
      place.box.write(
        "survey.answered",
        {
          ...{ answerId: newId(), surveyId: "spring", guestId: lan.guestId, deviceId: null },
          ...{ nasId: NAS_ID, by: "page", place: null, language: "vi", choices: {} },
          ...{ ratings: { stars: 5 }, texts: { why: "Call Lan" } },
        },
        now(),
      ),
    ]);
    await keepFor("surveyDays", 30);
    cloud.passSeconds(31 * DAY);
    expect(await purge()).toMatchObject({ surveyAnswers: 1, surveyTexts: 1 });
    const rows = await place.query(
      "select guest_id, ratings from survey_answers where tenant_id = $tenant",
    );
    expect(rows).toEqual([{ guest_id: null, ratings: { stars: 5 } }]);
    expect(await place.countRowsWith("call lan")).toBe(0);
  });

  test("what nobody could read, and the personal part of what a newer box has told", async () => {
    const strange = {
      ...place.box.write("box.started", { release: "1", settingsVersion: 0 }, now()),
    };
    const newer = {
      ...place.box.write("box.started", { release: "1", settingsVersion: 0 }, now()),
      type: "guest.danced",
      payload: { phone: PHONE },
    };
    await place.push([{ ...strange, payload: { phone: PHONE } }, newer]);
    expect(await place.countRowsWith("912345678")).toBe(2);
    cloud.passSeconds(91 * DAY);
    expect(await purge()).toMatchObject({ unread: 1, unreadPersonal: 1 });
    expect(await place.countRowsWith("912345678")).toBe(0);
  });
});

test("what a box has removed stands in the same log, once however often it is told", async () => {
  const removed = {
    ...{ networkLogs: 12, sessions: 0, visits: 0, macs: 3, devices: 1 },
    ...{ guests: 0, consents: 0, surveyAnswers: 0, codes: 5 },
  };
  const event = place.box.write("box.purged", { retention: STANDARD_RETENTION, removed }, now());
  await place.push([event]);
  await place.push([event]);
  const rows = await place.query(
    "select box_id, removed, days from purges where tenant_id = $tenant",
  );
  expect(rows).toEqual([{ box_id: place.box.boxId, removed, days: STANDARD_RETENTION }]);
});
