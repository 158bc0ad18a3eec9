import type { EventEnvelope } from "@foyer/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  askUntil,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import type { AnswersReply, ResultsReply } from "./schema.ts";

// Every rating that guests of two branches gave, one by one; the last said nothing of stars.
const GIVEN = [
  [5, 4, 4, 3, 2, null],
  [1, 5, 3, null],
] as const;
const DAY_MS = 86_400_000;

let site: TestSite;
let staff: TestStaff;
const branchIds: string[] = [];
beforeAll(async () => {
  site = await openTestSite();
  staff = await site.addOwner();
  for (const [at, ratings] of GIVEN.entries()) {
    const { id } = await staff.addBranch({ name: `Branch ${at}` });
    branchIds.push(id);
    const box = await staff.addBox(id);
    const events = ratings.map((stars, index): EventEnvelope => {
      const payload = {
        ...{ answerId: newId(), surveyId: "stars", guestId: null, deviceId: null, nasId: NAS_ID },
        ...{ by: "page" as const, place: null, language: "vi" as const, choices: {}, texts: {} },
        ratings: stars === null ? {} : { stars },
      };
      const daysAgo = index % 2 === 0 ? 1 : 40;
      const answeredAt = new Date(site.now().getTime() - daysAgo * DAY_MS);
      return box.write("survey.answered", payload, answeredAt);
    });
    // What is told twice is one opinion.
    await box.push(events);
    await box.push(events);
  }
  const all = GIVEN.flat().length;
  await askUntil(
    () => staff.get<AnswersReply>("/api/v1/survey-answers"),
    ({ total }) => total === all,
  );
});
afterAll(() => site?.close());

const results = (query = "") => staff.get<ResultsReply>(`/api/v1/survey-results?${query}`);
const answers = (query = "") => staff.get<AnswersReply>(`/api/v1/survey-answers?${query}`);
const since = () => new Date(site.now().getTime() - 10 * DAY_MS).toISOString().slice(0, 10);

test("HM-2.7 the number of opinions is that of the answers, in all, at each branch and of some days", async () => {
  const all = await results();
  expect(all.answers).toBe(GIVEN.flat().length);
  expect((await answers()).total).toBe(all.answers);
  for (const [at, branchId] of branchIds.entries()) {
    const own = await results(`branchId=${branchId}`);
    expect(own.answers).toBe(GIVEN[at]?.length);
    expect((await answers(`branchId=${branchId}`)).total).toBe(own.answers);
    expect(all.branches.find((each) => each.branchId === branchId)?.answers).toBe(own.answers);
  }
  const late = await results(`from=${since()}`);
  const wanted = GIVEN.flatMap((ratings) => ratings.filter((_, index) => index % 2 === 0));
  expect(late.answers).toBe(wanted.length);
  expect((await answers(`from=${since()}`)).total).toBe(late.answers);
});

test("HM-2.9 satisfaction is the mean of the ratings and the share of those from four on", async () => {
  const said = async (query: string, ratings: readonly (number | null)[]) => {
    const rated = ratings.filter((stars) => stars !== null);
    const told = await results(query);
    const mean = rated.reduce((sum, stars) => sum + stars, 0) / rated.length;
    expect(told.rated).toBe(rated.length);
    expect(told.average).toBeCloseTo(mean, 2);
    const satisfied = rated.filter((stars) => stars >= 4).length;
    expect(told.satisfied / told.rated).toBeCloseTo(satisfied / rated.length, 10);
    expect((await answers(`${query}&satisfaction=satisfied`)).total).toBe(satisfied);
  };
  await said("", GIVEN.flat());
  for (const [at, branchId] of branchIds.entries())
    await said(`branchId=${branchId}`, GIVEN[at] ?? []);
});
