import type { ConsentPurpose } from "@foyer/contract";
import type { Static } from "typebox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as naive from "../../../test/naive-reports.ts";
import { askedWords, expectUse } from "../../../test/naive-use.ts";
import { expectOpened, listOpened } from "../../../test/opened-rows.ts";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import { NAS_ID, type TestBox } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import { keepNext } from "./due.ts";
import type {
  AccessPointsReply,
  ConsentsReply,
  CrowdReply,
  CustomersReply,
  OverviewReply,
  PoliciesReply,
} from "./schema.ts";

// As in reports.test.ts: what these reports say is worked out once more from the raw rows, one by one.

const [SECOND_NAS, IDLE_NAS, QUICK, SLOW] = [newId(), newId(), newId(), newId()];
const CAUSES = ["User-Request", "Lost-Carrier", "Session-Timeout", "NAS-Reboot"];

let year: ReportYear;
let visits: naive.NaiveVisit[];
let questions: naive.NaiveQuestion[];
beforeAll(async () => {
  year = await openReportYear({ seed: 12, guests: 30 });
  for (const [index, box] of year.boxes.entries()) await tellMore(box, index);
  const raw = [await year.listVisits(), year.branches, await year.listWaysIn()] as const;
  visits = naive.readVisits(...raw);
  const [one, , three] = year.branches.map(({ id }) => id) as [string, string, string];
  const whole = { from: "2025-10-01", to: "2026-11-21" };
  questions = [
    whole,
    { from: "2026-02-01", to: "2026-06-30", branchIds: [one, three] },
    { ...whole, hours: [1, 2, 9, 23], weekdays: [1, 2, 6] },
    { ...whole, methods: ["unknown"], among: ({ method }) => method === "unknown" },
    {
      ...{ ...whole, devices: ["given"], languages: ["vi"], weekdays: [1, 2, 3, 4, 5] },
      among: ({ device, language }) => device === "given" && language === "vi",
    },
  ];
}, 300_000);
afterAll(() => year?.site.close());

/** Guests who came together and answered about messages, with sessions that ended in many ways. */
async function tellMore(box: TestBox, index: number): Promise<void> {
  const { random, push } = year;
  const begins = new Date("2026-05-05T02:00:00Z").getTime();
  for (let at = 0; at < 10; at += 1) {
    const startedAt = new Date(begins + index * 86_400_000 + random(5400) * 1000);
    const seconds = at === 0 ? 20 : random(7200);
    const endedAt = new Date(startedAt.getTime() + seconds * 1000);
    const phone = `+8498${index}${String(100_000 + at)}`;
    const guest = box.signIn({ phone, at: startedAt });
    const ids = { visitId: newId(), guestId: guest.guestId, deviceId: guest.deviceId };
    const span = { startedAt: startedAt.toISOString(), endedAt: endedAt.toISOString() };
    const session = { sessionId: newId(), visitId: ids.visitId };
    const nasId = at % 3 === 0 ? SECOND_NAS : NAS_ID;
    const policyId = [QUICK, SLOW, null][at % 3] as string | null;
    const cause = CAUSES[random(CAUSES.length)] as string;
    const usage = {
      connectedSeconds: seconds,
      uploadBytes: random(5000),
      downloadBytes: random(90_000),
    };
    await push(box, [
      ...guest.events,
      box.write("visit.started", { ...ids, source: "wifi", ...span }, startedAt),
      box.write("session.started", { ...ids, ...session, nasId, policyId }, startedAt),
      box.write("session.ended", { ...session, ...span, cause, policyId, ...usage }, endedAt),
      box.write("visit.ended", { ...ids, ...span, sessions: 1, ...usage }, endedAt),
      ...answersOf(box, { ...guest, at: startedAt, index: at }),
    ]);
  }
}

function answersOf(
  box: TestBox,
  { guestId, deviceId, at, index }: { guestId: string; deviceId: string; at: Date; index: number },
) {
  const act = (given: boolean, purpose: ConsentPurpose, seconds: number, channel?: "sms") => {
    const evidence = {
      ...{ consentId: newId(), guestId, deviceId, nasId: NAS_ID, purpose, textVersion: 1 },
      ...{ textSha256: "0".repeat(64), language: "vi" as const, method: "portal" as const },
      ...(channel ? { channel } : {}),
    };
    const type = given ? "consent.given" : "consent.withdrawn";
    return box.write(type, evidence, new Date(at.getTime() + seconds * 1000));
  };
  return [
    act(true, "terms", 1),
    ...(index % 2 === 0 ? [act(true, "marketing", 2)] : []),
    // Of one channel alone, so that the others stand; and of all.
    ...(index === 2 ? [act(false, "marketing", 3, "sms")] : []),
    ...(index === 4 ? [act(false, "marketing", 3)] : []),
    ...(index === 6 ? [act(false, "profiling", 3)] : []),
  ];
}

const get = <Reply>(report: string, asked: naive.NaiveQuestion) =>
  year.get<Reply>(`/reports/${report}?${askedWords(asked)}`);
const opened = async (path: string) =>
  (await year.get<Static<typeof CustomersReply>>(path.replace("/api/v1", ""))).total;

describe("numbers are those of the raw rows", { timeout: 120_000 }, () => {
  test("HM-2.16 a day, a week and a month stand against the ones before, by each branch's own calendar", async () => {
    for (const [from, to, before] of [
      ["2026-05-06", "2026-05-06", { from: "2026-05-05", to: "2026-05-05" }],
      ["2026-05-04", "2026-05-10", { from: "2026-04-27", to: "2026-05-03" }],
      ["2026-05-01", "2026-05-31", { from: "2026-04-01", to: "2026-04-30" }],
    ] as const) {
      const told = await get<OverviewReply>("overview", { from, to });
      expect(told.figures).toEqual(naive.figures(visits, { from, to }));
      expect(told.before.period).toEqual(before);
      expect(told.before.figures).toEqual(naive.figures(visits, before));
      for (const { id, figures, before: last } of told.rows) {
        const branchIds = [id ?? ""];
        expect(figures).toEqual(naive.figures(visits, { from, to, branchIds }));
        expect(last).toEqual(naive.figures(visits, { ...before, branchIds }));
      }
    }
    // They do not all begin their days together.
    const clocks = new Set(year.branches.map((each) => `${each.timeZone} ${each.dayStartsHour}`));
    expect(clocks.size).toBe(3);
  });

  test("the most guests at once in each hour, and at each branch", async () => {
    expect(
      Math.max(...naive.peaks(visits, questions[0] as naive.NaiveQuestion).values()),
    ).toBeGreaterThan(4);
    for (const asked of questions) {
      const told = await get<CrowdReply>("crowd", asked);
      const peaks = [...naive.peaks(visits, asked)];
      for (const { hour, peak } of told.hours) {
        const own = peaks.filter(([slot]) => slot.endsWith(`T${String(hour).padStart(2, "0")}`));
        expect([hour, peak]).toEqual([hour, Math.max(0, ...own.map(([, most]) => most))]);
      }
      for (const { branchId, peak, day, hour } of told.rows) {
        const own = peaks.filter(([slot]) => slot.startsWith(branchId));
        expect([branchId, peak]).toEqual([branchId, Math.max(0, ...own.map(([, most]) => most))]);
        if (peak === 0) continue;
        const slot = `${branchId} ${day}T${String(hour).padStart(2, "0")}`;
        expect(new Map(own).get(slot)).toBe(peak);
      }
    }
  });

  test("the most guests at once open the visits that were there at that moment", async () => {
    for (const asked of questions) {
      const { hours, rows } = await get<CrowdReply>("crowd", asked);
      for (const { peak, at, opens } of [...hours, ...rows]) {
        if (!opens || !at) {
          expect([peak, opens, at]).toEqual([0, null, null]);
          continue;
        }
        await expectOpened(year, opens, peak);
        const there = await listOpened<naive.NaiveVisit>(year, opens);
        for (const { startedAt, endedAt } of there.rows) {
          expect(new Date(startedAt).getTime()).toBeLessThan(new Date(at).getTime() + 1000);
          expect(new Date(endedAt ?? 0).getTime()).toBeGreaterThan(new Date(at).getTime());
        }
      }
    }
  });

  test("numbers of policies and access controllers open the sessions and customers they count", async () => {
    // Some days are kept, and others wait for it.
    await keepNext(year.site, { tenantId: year.tenantId, kept: "report_use", daysAtOnce: 90 });
    for (const asked of questions) {
      const policies = await get<PoliciesReply>("policies", asked);
      for (const { sessions, customers, timedOut, opens } of [...policies.rows, policies.total]) {
        await expectOpened(year, opens.sessions, sessions);
        await expectOpened(year, opens.customers, customers);
        await expectOpened(year, opens.timedOut, timedOut);
      }
      const points = await get<AccessPointsReply>("access-points", asked);
      for (const { sessions, customers, opens, ...row } of [...points.rows, points.total]) {
        await expectOpened(year, opens.sessions, sessions);
        await expectOpened(year, opens.customers, customers);
        for (const end of ["going", "lost", "short"] as const)
          await expectOpened(year, opens[end], row[end]);
      }
    }
  });

  test("what no list tells apart, and what there is not, is refused by name", async () => {
    const refused = async (path: string) => {
      const { status, body } = await year.owner.ask<{ field?: string }>(
        "GET",
        `/api/v1/reports/${path}`,
      );
      return [status, body.field];
    };
    const at = "presentAt=2026-05-05T03:00:00Z";
    expect(await refused(`visits?${at}&hours=3`)).toEqual([400, "/hours"]);
    expect(await refused(`visits?${at}&kind=again`)).toEqual([400, "/kind"]);
    expect(await refused("visits?presentAt=noon")).toEqual([400, "/presentAt"]);
    expect(await refused("visits?gapDays=7")).toEqual([400, "/gapDays"]);
    expect(await refused("visits?kind=again&gapDays=3")).toEqual([400, "/gapDays"]);
    expect(await refused("visits?visitClass=4")).toEqual([400, "/visitClass"]);
    expect(await refused("visits?visitClass=3&kind=again")).toEqual([400, "/visitClass"]);
    expect(await refused("sessions?policyId=mine")).toEqual([400, "/policyId"]);
    expect(await refused("sessions?cursor=2026-05-05")).toEqual([400, "/cursor"]);
  });

  test("of each purpose, yes, no and nothing said come to all who came, and open just these", async () => {
    const [whole] = questions as [naive.NaiveQuestion];
    const all = await get<ConsentsReply>("consents", whole);
    // Of ten at each branch five agreed to messages, and one of them took all of it back.
    expect(all.rows.find(({ purpose }) => purpose === "marketing")).toMatchObject({
      ...{ given: 12, withdrawn: 3 },
    });
    expect(all.rows.find(({ purpose }) => purpose === "terms")?.given).toBe(30);
    for (const asked of questions) {
      const told = await get<ConsentsReply>("consents", asked);
      expect(told.customers).toBe(naive.figures(visits, asked).customers);
      for (const { given, withdrawn, unasked, opens } of told.rows) {
        expect(given + withdrawn + unasked).toBe(told.customers);
        expect(await opened(opens.given)).toBe(given);
        expect(await opened(opens.withdrawn)).toBe(withdrawn);
        expect(await opened(opens.unasked)).toBe(unasked);
      }
    }
  });

  const USUAL = ["unknown-device", "page-due"];
  const REASONS = [...USUAL, "wrong-password", "ticket-unknown"];
  test("log-ins that access controllers were refused, by reason and the branch's hour", async () => {
    const { random } = year;
    const told = Array.from({ length: 120 }, (_, index) => ({
      branchId: year.branches[index % 3]?.id ?? "",
      nasId: index % 2 === 0 ? NAS_ID : IDLE_NAS,
      at: new Date(Date.parse("2026-01-01T00:00:00Z") + random(7000) * 3_600_000),
      ...{ reason: REASONS[random(4)] ?? "", count: 1 + random(9) },
    }));
    // Together more than an integer of the database holds.
    const [most] = told;
    if (most) told.push(...[1, 2].map(() => ({ ...most, count: 2_000_000_000 })));
    for (const { branchId, nasId, at, reason, count } of told)
      await year.query(
        `insert into nas_refusals (tenant_id, box_id, nas_id, at, reason, branch_id, count)
         values ($tenant, '${newId()}', '${nasId}', '${at.toISOString()}', '${reason}',
           '${branchId}', ${count})`,
      );
    for (const asked of questions) {
      const { rows, total } = await get<AccessPointsReply>("access-points", asked);
      if (asked.among) {
        expect(new Set([total, ...rows].map(({ refused }) => refused))).toEqual(new Set([null]));
        expect(rows.flatMap(({ refusals }) => refusals)).toEqual([]);
        continue;
      }
      const sum = (those: typeof told) =>
        naive.funnel(
          those.map(({ count, ...each }) => ({ ...each, seen: count, online: 0 })),
          { ...asked, branches: year.branches },
        ).seen;
      const unusual = told.filter(({ reason }) => !USUAL.includes(reason));
      expect(total.refused).toBe(sum(unusual));
      for (const { branchId, id, refused, refusals } of rows) {
        const own = told.filter((each) => each.branchId === branchId && each.nasId === id);
        expect(refused).toBe(sum(own.filter((each) => unusual.includes(each))));
        for (const { reason, count } of refusals)
          expect(count).toBe(sum(own.filter((each) => each.reason === reason)));
      }
      expect(rows.reduce((all, { refused }) => all + (refused ?? 0), 0)).toBe(total.refused);
      // One that let nobody in is told of too.
      expect(rows.some(({ id, sessions }) => id === IDLE_NAS && sessions === 0)).toBe(true);
    }
  });

  test("access use by policy, and the health of the network by access controller", async () => {
    for (const asked of questions) await expectUse(year, { visits, asked });
    // And once more when all of it is kept by the day.
    const { site, tenantId } = year;
    while ((await keepNext(site, { tenantId, kept: "report_use" })) === "more");
    for (const asked of questions) await expectUse(year, { visits, asked });
  });
});
