import type { EventEnvelope } from "@foyer/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CaseReportReply, CasesReply } from "../src/features/cases/schema.ts";
import type { FunnelReply } from "../src/features/sign-in-funnel/schema.ts";
import type { AnswersReply, ResultsReply } from "../src/features/surveys/schema.ts";
import { newId } from "../src/platform/clock.ts";
import * as naive from "./naive-reports.ts";
import { makeQuestions } from "./report-questions.ts";
import { openReportYear, type ReportYear } from "./report-year.ts";
import { NAS_ID } from "./test-box.ts";

// What guests did beside coming, on the seeded year: each number is worked out once more from what was
// told, one by one, by every filter that tells it apart.

type Answer = naive.RawFact & { rating: number };

let year: ReportYear;
let visits: naive.NaiveVisit[];
let answers: Answer[];
let counts: naive.RawCount[];
let questions: naive.NaiveQuestion[];

beforeAll(async () => {
  year = await openReportYear({ seed: 21, guests: 40 });
  visits = naive.readVisits(await year.listVisits(), year.branches, await year.listWaysIn());
  answers = listAnswers();
  counts = listCounts();
  for (const box of year.boxes) {
    const at = ({ branchId }: { branchId: string }) => branchId === box.branchId;
    const events = [
      ...answers.filter(at).map((answer) => writeAnswer(box, answer)),
      ...counts.filter(at).map((count) => writeCount(box, count)),
    ];
    await year.push(box, events);
  }
  const asked = await makeQuestions(year, visits);
  // Answers and cases are asked of one branch or of all.
  questions = asked.filter(({ branchIds = [] }) => branchIds.length < 2);
}, 300_000);
afterAll(() => year?.site.close());

/** During visits, after they were over, and of nobody. */
function listAnswers(): Answer[] {
  return visits.flatMap(({ branchId, guestId, customerId, language, startedAt, seconds }) => {
    if (year.random(3) === 0) return [];
    const after = year.random(3) === 0 ? (seconds ?? 0) + 7200 : year.random((seconds ?? 600) + 1);
    const at = new Date(startedAt.getTime() + after * 1000);
    const whose = year.random(8) === 0 ? NOBODY : { guestId, customerId, language };
    return [{ branchId, at, ...whose, rating: 1 + year.random(5) }];
  });
}
const NOBODY = { guestId: null, customerId: null, language: null };

const writeAnswer = (box: ReportYear["boxes"][number], { at, guestId, rating }: Answer) =>
  box.write(
    "survey.answered",
    {
      ...{ answerId: newId(), surveyId: "spring", guestId, deviceId: null, nasId: NAS_ID },
      ...{ by: "page", place: null, language: "vi", choices: {}, texts: {} },
      ratings: { food: rating },
    },
    at,
  );

const listCounts = (): naive.RawCount[] =>
  visits.map(({ branchId, startedAt: at }) => {
    const seen = 1 + year.random(5);
    return { branchId, at, seen, online: year.random(seen + 1) };
  });

function writeCount(
  box: ReportYear["boxes"][number],
  { at, seen, online }: naive.RawCount,
): EventEnvelope {
  const stretch = {
    ...{ begunSecondsAgo: 0, seen, page: seen, asked: 0, right: 0, changedWay: 0 },
    ...{ onlineByCode: 0, onlineWithoutCode: online },
  };
  return box.write("sign-in.counted", { stretches: [stretch] }, at);
}

const words = ({ branchIds: [branchId] = [], ...asked }: naive.NaiveQuestion) =>
  Object.entries({ ...asked, ...(branchId && { branchId }) })
    .filter(([, value]) => typeof value !== "function")
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(",") : value}`)
    .join("&");
const select = (asked: naive.NaiveQuestion) =>
  naive.selectFacts(answers, { ...asked, visits, branches: year.branches });

test("answers were given within visits and after them, and each question has some", () => {
  for (const asked of questions) expect(select(asked).length).toBeGreaterThan(0);
  const known = select({
    from: "2025-10-01",
    to: "2026-11-21",
    among: ({ method }) => method !== "unknown",
  });
  expect(known.length).toBeGreaterThan(10);
  expect(known.length).toBeLessThan(answers.length / 2);
});

test("survey results are those of the answers that fit every filter, and open just these", async () => {
  for (const asked of questions) {
    const own = select(asked);
    const told = await year.get<ResultsReply>(`/survey-results?${words(asked)}`);
    const mean = own.reduce((sum, { rating }) => sum + rating, 0) / own.length;
    expect(told).toMatchObject({
      ...{ answers: own.length, rated: own.length },
      satisfied: own.filter(({ rating }) => rating >= 4).length,
      unsatisfied: own.filter(({ rating }) => rating <= 2).length,
      average: Math.round(mean * 100) / 100,
    });
    for (const satisfaction of ["satisfied", "unsatisfied"] as const) {
      const query = `/survey-answers?${words(asked)}&satisfaction=${satisfaction}`;
      expect((await year.get<AnswersReply>(query)).total).toBe(told[satisfaction]);
    }
    for (const { branchId, answers: count } of told.branches)
      expect([branchId, count]).toEqual([
        ...[branchId, own.filter((answer) => answer.branchId === branchId).length],
      ]);
  }
});

/** A case for each low answer, hours after it, as if boxes had been away so long. */
async function raiseCases(): Promise<Answer[]> {
  await year.query(
    `insert into cases (tenant_id, id, branch_id, answered_at, raised_at, due_at, state, changed_at)
     select tenant_id, id, branch_id, answered_at, answered_at + interval '5 hours', answered_at,
       'new', answered_at
     from survey_answers where tenant_id = $tenant and lowest <= 2
     on conflict (tenant_id, id) do update
       set raised_at = excluded.raised_at, due_at = excluded.due_at`,
  );
  const low = answers.filter(({ rating }) => rating <= 2);
  return low.map((answer) => ({
    ...{ ...answer, metAt: answer.at },
    at: new Date(answer.at.getTime() + 5 * 3_600_000),
  }));
}

test("cases are those whose hour and whose guest and visit fit every filter", async () => {
  const cases = await raiseCases();
  for (const asked of questions) {
    const own = naive.selectFacts(cases, { ...asked, visits, branches: year.branches });
    const told = await year.get<CaseReportReply>(`/case-report?${words(asked)}`);
    expect(told).toMatchObject({ raised: own.length, late: own.length, closed: 0 });
    const listed = await year.get<CasesReply>(`/cases?state=all&${words(asked)}`);
    expect([listed.total, listed.late]).toEqual([own.length, own.length]);
  }
});

test("the way online is told by place, day, hour and day of the week, and refuses what nobody knows of a device", async () => {
  for (const { branchIds, ...asked } of questions) {
    const query = `${words(asked)}${branchIds ? `&branchIds=${branchIds.join(",")}` : ""}`;
    if (asked.among) {
      const refused = await year.owner.ask("GET", `/api/v1/sign-in-funnel?${query}`);
      expect(refused).toMatchObject({ status: 400, body: { code: "invalid" } });
      continue;
    }
    const told = await year.get<FunnelReply>(`/sign-in-funnel?${query}`);
    const own = naive.funnel(counts, {
      ...asked,
      ...(branchIds && { branchIds }),
      branches: year.branches,
    });
    const { seen, onlineByCode, onlineWithoutCode } = told.now.counts;
    expect({ seen, online: onlineByCode + onlineWithoutCode }).toEqual(own);
  }
});
