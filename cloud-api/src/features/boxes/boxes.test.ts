import {
  BOX_API,
  type BoxReport,
  DOOR_NOTES_KEPT_MAX,
  type EventEnvelope,
  type NasRefusal,
} from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Enrolled, makeKey, signJson } from "../../../test/box-calls.ts";
import { enrolBox } from "../../../test/enrol-box.ts";
import {
  METRICS_TOKEN,
  openTestApp,
  type TestApp,
  type TestBrowser,
} from "../../../test/open-test-app.ts";
import { makeTestBox } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import { withClient } from "../../platform/roles.ts";
import { listThinnedRanges } from "./index.ts";
import type { SeenBox, Watch } from "./schema.ts";

let site: TestApp;
let owner: TestBrowser;
let box: Enrolled;
beforeAll(async () => {
  site = await openTestApp({ startsAt: new Date("2026-03-02T02:00:00.000Z") });
});
const now = () => site.clock();
const pass = (minutes: number) => site.passSeconds(minutes * 60);
afterAll(() => site?.close());
beforeEach(async () => {
  owner = await site.signUp();
  box = await enrol(owner);
});

async function enrol(browser: TestBrowser): Promise<Enrolled> {
  const place = { timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi", "en"] };
  const branch = { name: "Bến Thành", ...place };
  const { body } = await browser.ask<{ id: string }>("POST", "/api/v1/branches", branch);
  return await enrolBox(site, browser, body.id);
}

const makeReport = (change: Partial<BoxReport> = {}): BoxReport => ({
  ...{ release: "0.1.0", epoch: newId(), now: now().toISOString(), settingsVersion: 1 },
  outbox: {
    ...{ events: 7, bytes: 3500, bytesMax: 256 * 1024 * 1024, thinned: 12 },
    ...{ oldestAt: now().toISOString(), fullInDays: null },
  },
  clock: { machineOffsetSeconds: 0, uncertaintySeconds: 0.2 },
  freeBytes: 4e9,
  faults: [],
  ...change,
});

const post = (url: string, payload: unknown, key: string) => {
  const { content, headers } = signJson(key, url, payload);
  return site.app.inject({ method: "POST", url, headers, payload: content });
};
const tell = (report: unknown, key = box.boxKey) => post(BOX_API.report, report, key);

const HOUR_MS = 3_600_000;

/** Into the settings of the box's branch. */
async function addNas(): Promise<string> {
  const path = `/api/v1/branches/${box.branchId}/settings`;
  const { body: document } = await owner.ask<object>("GET", path);
  const nas = { id: newId(), name: "Counter", kind: "radius", vendor: "plain", source: "10.0.0.1" };
  const own = { nasIdentifier: "counter", radiusSecret: "a radius secret of one branch" };
  const saved = await owner.ask("PUT", path, { ...document, nas: [{ ...nas, ...own }] });
  expect(saved.status).toBe(200);
  return nas.id;
}

type KeptRefusals = { reason: string; count: number; at: Date; branch: string };
const listRefusals = async (nasId: string) =>
  withClient(site.administratorUrl, async (client) => {
    const { rows } = await client.query<KeptRefusals>(
      "select reason, count, at, branch_id as branch from nas_refusals where nas_id = $1 order by reason",
      [nasId],
    );
    return rows;
  });

const see = async (browser = owner) =>
  (await browser.ask<{ boxes: SeenBox[] }>("GET", "/api/v1/boxes")).body.boxes;

describe("a box's report", () => {
  test("is answered with the cloud's time, and staff see it", async () => {
    const report = makeReport();
    const answer = await tell(report);
    expect([answer.statusCode, answer.json()]).toEqual([200, { now: now().toISOString() }]);
    const [seen] = await see();
    expect(seen).toMatchObject({
      ...{ id: box.boxId, name: "Quầy", branchName: "Bến Thành", troubles: [] },
      ...{ lastHeardAt: now().toISOString(), reportedAt: now().toISOString(), report },
      ...{ clockOffsetSeconds: 0, settings: { held: 0, newest: 1, fault: null } },
    });
  });

  test("of a later release is taken, and what is not known here is left out", async () => {
    const { statusCode } = await tell({ ...makeReport(), mood: "sunny" });
    expect(statusCode).toBe(200);
    expect(JSON.stringify(await see())).not.toContain("sunny");
  });

  test("tells what its time is ahead, and is refused without a key or in another shape", async () => {
    await tell(makeReport({ now: new Date(now().getTime() + 90_500).toISOString() }));
    expect((await see())[0]?.clockOffsetSeconds).toBe(90.5);
    expect((await tell(makeReport(), makeKey())).statusCode).toBe(401);
    expect((await tell({ ...makeReport(), freeBytes: "many" })).statusCode).toBe(400);
  });

  test("keeps what access controllers were refused by the hour, told again or not", async () => {
    const [nasId, at] = [await addNas(), "2026-03-02T01:00:00.000Z"];
    const refusals = (count: number, reason = "wrong-password") => [{ nasId, at, reason, count }];
    await tell(makeReport({ nasRefusals: refusals(3) }));
    await tell(makeReport({ nasRefusals: [...refusals(5), ...refusals(1, "ticket-unknown")] }));
    // A device that was forgotten takes its notes with it.
    await tell(makeReport({ nasRefusals: refusals(4) }));
    await tell(makeReport());
    const shared = { at: new Date(at), branch: box.branchId };
    expect(await listRefusals(nasId)).toEqual([
      { reason: "ticket-unknown", count: 1, ...shared },
      { reason: "wrong-password", count: 5, ...shared },
    ]);
    expect(JSON.stringify(await see())).not.toContain("nasRefusals");
    expect((await tell(makeReport({ nasRefusals: refusals(0) }))).statusCode).toBe(400);
  });

  test("is taken for no more log-ins than a box can have noted: of its days, its branch, its notes", async () => {
    const nasId = await addNas();
    const hours = (from: number) =>
      new Date(Math.floor(now().getTime() / HOUR_MS) * HOUR_MS + from * HOUR_MS).toISOString();
    const told = (some: Partial<NasRefusal>) => ({
      ...{ nasId, at: hours(0), reason: "wrong-password", count: DOOR_NOTES_KEPT_MAX, ...some },
    });
    const nasRefusals = [
      ...[told({}), told({ at: hours(-95) }), told({ at: hours(2) }), told({ at: hours(-97) })],
      ...[told({ nasId: newId() }), told({ at: now().toISOString().replace("00.000", "01.000") })],
    ];
    expect((await tell(makeReport({ nasRefusals }))).statusCode).toBe(200);
    const kept = (await listRefusals(nasId)).map((row) => row.at.toISOString());
    expect(kept.toSorted()).toEqual([hours(-95), hours(0)]);
    const many = makeReport({ nasRefusals: [told({ count: DOOR_NOTES_KEPT_MAX + 1 })] });
    expect((await tell(many)).statusCode).toBe(400);
  });

  test("of another company is seen by nobody here", async () => {
    await tell(makeReport());
    const other = await site.signUp({ tenantName: "Spa Sen" });
    expect(await see(other)).toEqual([]);
    const { status } = await other.ask("GET", `/api/v1/boxes/${box.boxId}`);
    expect(status).toBe(404);
  });
});

describe("a branch that is silent", () => {
  const listAlerts = async () =>
    (
      await owner.ask<{ alerts: { boxId: string; openMinutes: number }[] }>(
        "GET",
        "/api/v1/box-alerts",
      )
    ).body.alerts;

  test("is an alert once it was open for as long as staff have set", async () => {
    const watch: Watch = {
      silentMinutes: 15,
      openingHours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: "00:00", to: "00:00" }],
    };
    const path = `/api/v1/branches/${box.branchId}/watch`;
    expect((await owner.ask("GET", path)).body).toEqual({ silentMinutes: 30, openingHours: [] });
    expect((await owner.ask("PATCH", path, watch)).status).toBe(200);
    expect((await owner.ask("GET", path)).body).toEqual(watch);
    await tell(makeReport());
    pass(14);
    expect(await listAlerts()).toEqual([]);
    pass(1);
    expect(await listAlerts()).toMatchObject([{ boxId: box.boxId, openMinutes: 15 }]);
    await tell(makeReport());
    expect(await listAlerts()).toEqual([]);
  });

  test("is set by whoever may, within bounds, for a branch of theirs", async () => {
    const path = `/api/v1/branches/${box.branchId}/watch`;
    const watch = { silentMinutes: 30, openingHours: [] };
    const viewer = await site.invite(owner, "viewer", `${newId()}@example.test`);
    expect((await viewer.ask("PATCH", path, watch)).status).toBe(403);
    expect((await viewer.ask("GET", path)).status).toBe(200);
    expect((await owner.ask("PATCH", path, { ...watch, silentMinutes: 4 })).status).toBe(400);
    const nowhere = `/api/v1/branches/${newId()}/watch`;
    expect((await owner.ask("PATCH", nowhere, watch)).status).toBe(404);
  });
});

describe("metrics", () => {
  const ask = (token?: string) =>
    site.app.inject({
      ...{ method: "GET", url: "/metrics" },
      headers: token ? { authorization: `Bearer ${token}` } : {},
    });

  test("are told to whoever holds the token, of all tenants, by ids alone", async () => {
    const other = await site.signUp({ tenantName: "Spa Sen" });
    const elsewhere = await enrol(other);
    await tell(makeReport());
    await tell(makeReport(), elsewhere.boxKey);
    const { statusCode, body, headers } = await ask(METRICS_TOKEN);
    expect(statusCode).toBe(200);
    expect(headers["content-type"]).toContain("text/plain; version=0.0.4");
    for (const { tenantId, branchId, boxId } of [box, elsewhere]) {
      const labels = `{tenant="${tenantId}",branch="${branchId}",box="${boxId}"}`;
      expect(body).toContain(`foyer_box_outbox_events${labels} 7\n`);
      expect(body).toContain(`foyer_box_silent${labels} 0\n`);
    }
    expect(body).not.toContain("Bến Thành");
    expect(body).not.toContain("Quầy");
  });

  test("tell the release, the settings, what is to be done and which part fails, whatever a box calls itself", async () => {
    const since = now().toISOString();
    const faults = [
      { part: "push" as const, words: "no route", since, until: null },
      { part: "clock" as const, words: "it was off", since, until: since },
    ];
    const release = '9"} 1\nfoyer_box_silent{x="\\';
    await tell({ ...makeReport(), release, faults, freeBytes: 1 });
    const { body } = await ask(METRICS_TOKEN);
    const whose = `tenant="${box.tenantId}",branch="${box.branchId}",box="${box.boxId}"`;
    const named = '9\\"} 1\\nfoyer_box_silent{x=\\"\\\\';
    expect(body).toContain(`foyer_box_info{${whose},release="${named}"} 1\n`);
    expect(body).toContain(`foyer_box_settings_version{${whose}} 0\n`);
    expect(body).toContain(`foyer_box_trouble{${whose},kind="disk-low"} 1\n`);
    expect(body).toContain(`foyer_box_fault{${whose},part="push"} 1\n`);
    expect(body).not.toContain('part="clock"');
  });

  test("are told to nobody else", async () => {
    expect((await ask()).statusCode).toBe(401);
    expect((await ask("another")).statusCode).toBe(401);
    expect((await owner.ask("GET", "/metrics")).status).toBe(401);
  });
});

describe("what a box gave up on purpose", () => {
  const push = (events: EventEnvelope[]) =>
    post(BOX_API.events, { epoch: events[0]?.epoch, events }, box.boxKey);

  test("is told by its ranges, once, whatever comes twice, and found within a stretch", async () => {
    const { tenantId, branchId, boxId } = box;
    const written = makeTestBox({ tenantId, branchId, boxId });
    const counts = [{ type: "session.updated", events: 12 }];
    const ranges = [
      { from: 3, to: 5 },
      { from: 9, to: 17 },
    ];
    const event = written.write("outbox.thinned", { ranges, counts, reason: "outbox-full" }, now());
    expect((await push([event])).statusCode).toBe(200);
    await push([event]);
    await site.follow(tenantId);
    const list = (from: number, to: number, epoch = written.epoch) =>
      site.database.readTenant(tenantId, (tx) =>
        listThinnedRanges(tx, { boxId, epoch, within: { from, to } }),
      );
    expect(await list(1, 100)).toEqual(ranges);
    expect(await list(5, 8)).toEqual([{ from: 3, to: 5 }]);
    expect(await list(6, 8)).toEqual([]);
    expect(await list(1, 100, newId())).toEqual([]);
  });
});
