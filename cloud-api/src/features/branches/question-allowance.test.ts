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

/** Time itself, which no clock that is set moves. */
const count = () => cloud.clock().getTime();
const openProcess = (clock = cloud.clock) =>
  openQuestionAllowance(cloud.database, { clock, count });
const openProcesses = (many: number) => Array.from({ length: many }, () => openProcess());
/** The cloud's clock, so many seconds ahead or behind. */
const clockOff = (seconds: number) => () => new Date(count() + seconds * 1000);

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

test.each([1, 3])("a box may ask about as many guests by %i processes as by one", async (many) => {
  const asked = await askUntilRefused(openProcesses(many));
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
  expect(await later.draw(place.box, 1)).toBe(0);
  cloud.passSeconds((2 * BURST) / A_SECOND);
  expect(await askUntilRefused([later])).toBeGreaterThanOrEqual(BURST);
});

test.each([-3600, 3 * 24 * 3600])(
  "a clock that jumps by %i seconds gives nothing and shuts nobody out",
  async (jump) => {
    let off = 0;
    const process = openProcess(() => clockOff(off)());
    await askUntilRefused([process]);
    off = jump;
    // As long as it was told to wait before.
    cloud.passSeconds(1);
    const atOnce = await askUntilRefused([process]);
    expect(atOnce).toBeLessThanOrEqual(TAKEN_AT_ONCE);
    cloud.passSeconds(60);
    const later = await askUntilRefused([process]);
    expect(later).toBeGreaterThan(0);
    expect(atOnce + later).toBeLessThanOrEqual(61 * A_SECOND + TAKEN_AT_ONCE);
  },
);

test("a clock that was days ahead and was put right shuts out no box, whichever process it asks", async () => {
  await askUntilRefused([openProcess(clockOff(3 * 24 * 3600))]);
  const right = openProcess();
  expect(await right.draw(place.box, 1)).toBeGreaterThan(0);
  cloud.passSeconds(30);
  expect(await right.draw(place.box, 1)).toBe(0);
});

test("processes whose clocks differ let through no more than the rate, in turn", async () => {
  const processes = [0, 600, -4000].map((seconds) => openProcess(clockOff(seconds)));
  await askUntilRefused(processes);
  let asked = 0;
  for (let minute = 0; minute < 10; minute += 1) {
    cloud.passSeconds(60);
    asked += await askUntilRefused(processes);
  }
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThanOrEqual(processes.length * (600 * A_SECOND + TAKEN_AT_ONCE));
});

test("few questions cost a write", async () => {
  const [only] = openProcesses(1);
  for (let asked = 0; asked < TAKEN_AT_ONCE; asked += 1) await only?.draw(place.box, 1);
  const [row] = await place.query<{ left: number }>(
    `select questions_left as "left" from boxes where tenant_id = $tenant and id = '${place.box.boxId}'`,
  );
  expect(row?.left).toBe(BURST - TAKEN_AT_ONCE);
});
