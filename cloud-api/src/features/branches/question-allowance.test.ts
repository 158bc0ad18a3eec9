import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { openTestPlace, type TestPlace } from "../../../test/open-test-place.ts";
import { openQuestionAllowance, type QuestionAllowance } from "./question-allowance.ts";

const BURST = 600;
const A_SECOND = 2;
const TAKEN_AT_ONCE = 50;

let cloud: TestCloud;
let place: TestPlace;
beforeAll(async () => {
  cloud = await openTestCloud({ startsAt: new Date("2026-11-26T02:00:00Z") });
});
beforeEach(async () => {
  place = await openTestPlace(cloud);
});
afterAll(() => cloud?.close());

const openProcesses = (count: number) =>
  Array.from({ length: count }, () => openQuestionAllowance(cloud.database));

/** How many questions are let through by the processes, each asked in turn until all of them refuse. */
async function askUntilRefused(processes: readonly QuestionAllowance[], box = place.box) {
  let asked = 0;
  const open = new Set(processes);
  while (open.size > 0 && asked < 10 * BURST)
    for (const each of open)
      if ((await each.draw(box, 1)) > 0) open.delete(each);
      else asked += 1;
  return asked;
}

test.each([1, 3])("a box may ask about as many guests by %i processes as by one", async (count) => {
  const asked = await askUntilRefused(openProcesses(count));
  expect(asked).toBeGreaterThanOrEqual(BURST);
  // The last that is taken may be more than was left.
  expect(asked).toBeLessThan(BURST + TAKEN_AT_ONCE);
});

test("nor by processes that end and begin again", async () => {
  let asked = 0;
  for (let begun = 0; begun < 40; begun += 1) {
    const [begins] = openProcesses(1);
    if ((await begins?.draw(place.box, 30)) === 0) asked += 30;
  }
  expect(asked).toBeLessThan(BURST + TAKEN_AT_ONCE);
});

test("all that come at the same moment are counted", async () => {
  const processes = openProcesses(4);
  const draws = Array.from({ length: 80 }, (_, at) => processes[at % 4]?.draw(place.box, 50));
  const letThrough = (await Promise.all(draws)).filter((wait) => wait === 0).length;
  expect(letThrough * 50).toBeLessThan(BURST + TAKEN_AT_ONCE);
});

test("whoever waits goes on, and another box is another's", async () => {
  const [first, later] = openProcesses(2);
  if (!first || !later) throw new Error("There are no processes.");
  await askUntilRefused([first]);
  const other = await place.addBox("Tây Hồ");
  expect(await first.draw(other, 50)).toBe(0);
  const wait = await later.draw(place.box, 1);
  expect(wait).toBeGreaterThan(0);
  cloud.passSeconds(Math.ceil(wait));
  expect(await openQuestionAllowance(cloud.database).draw(place.box, 1)).toBe(0);
  cloud.passSeconds((2 * BURST) / A_SECOND);
  expect(await askUntilRefused(openProcesses(1))).toBeGreaterThanOrEqual(BURST);
});

test("few questions cost a write", async () => {
  const [only] = openProcesses(1);
  for (let asked = 0; asked < TAKEN_AT_ONCE; asked += 1) await only?.draw(place.box, 1);
  const [row] = await place.query<{ left: number }>(
    `select questions_left as "left" from boxes where tenant_id = $tenant and id = '${place.box.boxId}'`,
  );
  expect(row?.left).toBe(BURST - TAKEN_AT_ONCE);
});
