import type { ReleaseAnnouncement } from "@foyer/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Enrolled } from "../../../test/box-calls.ts";
import { enrolBox } from "../../../test/enrol-box.ts";
import {
  became,
  makeRelease,
  openReleasePlace,
  RELEASES,
  type ReleasePlace,
} from "../../../test/release-place.ts";
import { startWorker, wake } from "../../platform/jobs.ts";
import { withClient } from "../../platform/roles.ts";
import { upgradeJobs } from "./jobs.ts";
import { noteAsked, noteOutcome } from "./queries.ts";
import type { RolloutRule } from "./schema.ts";

const HOUR = 3600;
const VERSION = "0.3.0";
const RULE: RolloutRule = { advanceHours: 6, haltBoxes: 2, haltPercent: 5 };
const REASON = "did not come up: portal";

let place: ReleasePlace;
let boxes: [Enrolled, Enrolled, Enrolled];
let release: ReleaseAnnouncement;
beforeEach(async () => {
  place = await openReleasePlace();
  boxes = [await place.addBox("early"), await place.addBox("early"), await place.addBox("early")];
  release = await place.offer(VERSION, "early");
  expect(await setRule(RULE)).toBe(204);
});
afterEach(() => place?.site.close());

const setRule = async (rule: object, sha256 = release.sha256) =>
  (await place.operator.ask("PUT", `${RELEASES}/${sha256}/rule`, rule)).status;
/** As any of several processes does it every five minutes. */
const advance = () =>
  upgradeJobs["upgrades.advance"]?.work(place.site.jobContext, { tenantId: null, payload: {} });
const listed = () => place.listed(release.sha256);
const runs = (box: Enrolled) => place.ask(box, { release: VERSION });
const pass = (hours: number) => place.site.passSeconds(hours * HOUR);

const untilSomebodyWaits = () =>
  withClient(place.site.administratorUrl, (client) =>
    expect
      .poll(
        async () =>
          (
            await client.query(`select from pg_stat_activity
              where datname = current_database() and wait_event_type = 'Lock'`)
          ).rowCount,
        { timeout: 10_000 },
      )
      .toBe(1),
  );

describe("a release goes on to the next ring by the clock", () => {
  test("once all its boxes have been well for the hours of its rule, once however many processes look", async () => {
    for (const box of boxes) await runs(box);
    pass(5.9);
    for (const box of boxes) await runs(box);
    await advance();
    expect(await listed()).toMatchObject({ stage: "early", next: { kind: "at" } });
    pass(0.2);
    await Promise.all([advance(), advance(), advance()]);
    const { stage, steps, next } = await listed();
    expect(stage).toBe("most");
    expect(next.kind).toBe("at");
    expect(steps.map(({ deed, by, name }) => [deed, by, name])).toEqual([
      ["next", "clock", null],
      ["rule", "person", "Lan"],
      ["start", "person", "Lan"],
    ]);
    expect(steps[0]?.grounds).toMatchObject({ boxes: 3, of: 3, examples: [] });
    // The next ring has no box, and yet its hours.
    pass(5.9);
    for (const box of boxes) await runs(box);
    await advance();
    expect((await listed()).stage).toBe("most");
    pass(0.2);
    await advance();
    expect(await listed()).toMatchObject({ stage: "last", next: { kind: "over" } });
  });

  test("not without a rule, nor while one box went back, has not switched or is not well", async () => {
    const [first, second, third] = boxes;
    await runs(first);
    await runs(second);
    await place.ask(third);
    pass(7);
    for (const box of [first, second]) await runs(box);
    await place.ask(third);
    await advance();
    expect(await listed()).toMatchObject({ stage: "early", next: { for: ["waits"] } });
    await place.ask(third, became(release, "rolled-back", REASON));
    await advance();
    const held = await listed();
    expect(held).toMatchObject({ stage: "early", haltedReason: null });
    expect(held.next).toEqual({ kind: "waits", for: ["rolled-back"] });
    const gone = held.standings.find(({ standing }) => standing === "rolled-back");
    expect(gone?.examples).toMatchObject([{ boxId: third.boxId, reason: REASON }]);
    await runs(third);
    pass(6.1);
    expect(await setRule({ ...RULE, advanceHours: null })).toBe(204);
    await advance();
    expect(await listed()).toMatchObject({ stage: "early", next: { kind: "by-hand" } });
    expect(await setRule(RULE)).toBe(204);
    await runs(third);
    await advance();
    expect((await listed()).stage).toBe("most");
  });

  test("without a box that is silent for a day, which is named, and with none of them that is well not at all", async () => {
    const [first, second, third] = boxes;
    await place.ask(third);
    pass(2);
    for (const box of [first, second]) await runs(box);
    pass(7);
    for (const box of [first, second]) await runs(box);
    await advance();
    expect((await listed()).next).toEqual({ kind: "waits", for: ["unheard"] });
    pass(16);
    for (const box of [first, second]) await runs(box);
    await advance();
    const { stage, steps } = await listed();
    expect(stage).toBe("most");
    expect(steps[0]?.grounds).toMatchObject({ boxes: 2, of: 3 });
    expect(steps[0]?.grounds?.examples.map(({ boxId }) => boxId)).toEqual([third.boxId]);
  });

  test("not once a box has said that it went back, though the two meet: whoever is second sees the first", async () => {
    for (const box of boxes) await runs(box);
    pass(6.1);
    for (const box of boxes) await runs(box);
    const [{ boxId, branchId, tenantId }] = boxes;
    const said = { release: "0.1.0", architecture: "x64", outcome: null, trouble: null } as const;
    let isOver = false;
    let looking: Promise<void> | undefined;
    await place.site.database.inTenant(tenantId, async (tx) => {
      await noteAsked(tx, { boxId, branchId }, said);
      await noteOutcome(tx, boxId, became(release, "rolled-back", REASON).outcome);
      looking = Promise.resolve(advance()).then(() => {
        isOver = true;
      });
      await untilSomebodyWaits();
      expect(isOver).toBe(false);
    });
    await looking;
    expect(isOver).toBe(true);
    expect(await listed()).toMatchObject({ stage: "early", next: { for: ["rolled-back"] } });
  });
});

test("a step that fell due while no process ran is taken once by those that are started then", async () => {
  for (const box of boxes) await runs(box);
  pass(6.1);
  for (const box of boxes) await runs(box);
  const { urls, jobContext, database } = place.site;
  // What the clock has put in meanwhile.
  await database.inDirectory((tx) => wake(tx, "upgrades.advance"));
  const start = () => startWorker({ ...jobContext, url: urls.jobs, jobs: [upgradeJobs] });
  const first = await start();
  const second = await start();
  await expect.poll(async () => (await listed()).stage, { timeout: 20_000 }).toBe("most");
  await first.close();
  await database.inDirectory((tx) => wake(tx, "upgrades.advance"));
  await expect.poll(async () => (await second.count()).due, { timeout: 20_000 }).toBe(0);
  await second.close();
  const { stage, steps } = await listed();
  expect([stage, steps.map(({ deed }) => deed)]).toEqual(["most", ["next", "rule", "start"]]);
});

test("a release that cannot be taken on keeps back no other, and the job fails once all were looked at", async () => {
  const arm = await place.offer(VERSION, "early", "arm64");
  expect(await setRule(RULE, arm.sha256)).toBe(204);
  const ofArm = await place.addBox("early");
  const run = async () => {
    for (const box of boxes) await runs(box);
    await place.ask(ofArm, { release: VERSION, architecture: "arm64" });
  };
  await run();
  pass(6.1);
  await run();
  const administer = (statement: string) =>
    withClient(place.site.administratorUrl, (client) => client.query(statement));
  await administer(`alter table directory.rollout_steps
    add constraint broken check (sha256 <> '${arm.sha256}') not valid`);
  // The one that is newer is looked at first.
  await expect(advance()).rejects.toThrow(`${arm.sha256} was not taken on: `);
  expect((await listed()).stage).toBe("most");
  expect((await place.listed(arm.sha256)).stage).toBe("early");
  await administer("alter table directory.rollout_steps drop constraint broken");
  await advance();
  expect((await place.listed(arm.sha256)).stage).toBe("most");
});

describe("a change of a release's rule is a step", () => {
  const ruled = async () =>
    (await listed()).steps.flatMap(({ ruled: each }) => (each === null ? [] : [each]));
  const BEFORE: RolloutRule = { advanceHours: null, haltBoxes: 2, haltPercent: 5 };

  test("that says who changed which numbers from what to what, and when", async () => {
    const changed = { advanceHours: 6, haltBoxes: 3, haltPercent: 10 };
    pass(1);
    const before = place.site.clock();
    expect(await setRule(changed)).toBe(204);
    const [step] = (await listed()).steps;
    expect(step).toMatchObject({ deed: "rule", by: "person", name: "Lan", stage: "early" });
    expect(step).toMatchObject({ words: null, grounds: null, ruled: { from: RULE, to: changed } });
    expect(new Date(step?.at ?? 0).getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(await ruled()).toEqual([
      { from: RULE, to: changed },
      { from: BEFORE, to: RULE },
    ]);
  });

  test("also before it is offered to anybody, and while it is halted", async () => {
    const { announcement } = makeRelease("0.5.0");
    expect((await place.operator.ask("POST", RELEASES, announcement)).status).toBe(204);
    expect(await setRule(RULE, announcement.sha256)).toBe(204);
    const [early] = (await place.listed(announcement.sha256)).steps;
    expect(early).toMatchObject({ deed: "rule", stage: null, ruled: { from: BEFORE, to: RULE } });
    expect(await place.roll(release.sha256, "early", "enough")).toBe(204);
    expect(await setRule({ ...RULE, haltBoxes: 4 })).toBe(204);
    const { haltedReason, steps } = await listed();
    expect(haltedReason).toBe("enough");
    expect(steps.map(({ deed }) => deed)).toEqual(["rule", "halt", "rule", "start"]);
  });

  test("and none where it is set as it was, is refused, or two set the same at once", async () => {
    expect(await setRule(RULE)).toBe(204);
    expect(await setRule({ ...RULE, haltBoxes: 1 })).toBe(400);
    expect(await ruled()).toHaveLength(1);
    const next = { ...RULE, haltPercent: 20 };
    expect(await Promise.all([setRule(next), setRule(next), setRule(next)])).toEqual([
      ...[204, 204, 204],
    ]);
    expect(await ruled()).toEqual([
      { from: RULE, to: next },
      { from: BEFORE, to: RULE },
    ]);
  });

  test("and two that set it differently at once leave a chain, each from what the one before left", async () => {
    const wanted = [7, 8, 9, 10].map((advanceHours) => ({ ...RULE, advanceHours }));
    await Promise.all(wanted.map((rule) => setRule(rule)));
    const steps = (await ruled()).slice(0, wanted.length);
    const after = new Map(steps.map(({ from, to }) => [from.advanceHours, to.advanceHours]));
    expect(after.size).toBe(wanted.length);
    let hours = RULE.advanceHours;
    for (const _ of wanted) hours = after.get(hours) ?? null;
    expect(hours).toBe((await listed()).rule.advanceHours);
    expect(hours).not.toBeNull();
  });
});

describe("a release is halted for all", () => {
  const others = "a release that too many boxes of a ring go back from";

  test("by two of a ring that went back, with which and why, and goes on by hand alone", async () => {
    const [first, second, third] = boxes;
    await place.ask(third);
    await place.ask(first, became(release, "rolled-back", REASON));
    expect(await place.versionFor(third), others).toBe(VERSION);
    await place.ask(second, became(release, "rolled-back", "the power was cut"));
    expect(await place.versionFor(third), others).toBeNull();
    const { haltedReason, steps, next, standings } = await listed();
    expect(haltedReason).toBe("rolled-back: 2 of 3 boxes of the ring early went back");
    expect(next).toEqual({ kind: "halted" });
    expect(steps[0]).toMatchObject({ deed: "halt", by: "boxes", stage: "early", name: null });
    expect(steps[0]?.grounds).toMatchObject({ boxes: 2, of: 3 });
    expect(steps[0]?.grounds?.examples).toMatchObject([
      { boxId: first.boxId, tenant: "Cà phê Sông Hương", reason: REASON },
      { boxId: second.boxId, tenant: "Cà phê Sông Hương", reason: "the power was cut" },
    ]);
    expect(standings.map(({ standing, boxes: some }) => [standing, some])).toContainEqual([
      ...["rolled-back", 2],
    ]);
    pass(100);
    await advance();
    expect((await listed()).stage).toBe("early");
    expect(await place.roll(release.sha256, "early")).toBe(204);
    expect((await listed()).steps[0]).toMatchObject({ deed: "resume", by: "person" });
    expect(await place.versionFor(first)).toBe(VERSION);
  });

  test("and not by a person who saw it before that: what they ask for is refused, and halts stay where it was", async () => {
    for (const box of boxes) await runs(box);
    pass(6.1);
    for (const box of boxes) await runs(box);
    await advance();
    const path = `${RELEASES}/${release.sha256}/rollout`;
    const seen = { stage: "early", isHalted: false };
    expect((await place.operator.ask("PUT", path, { stage: "most", seen })).status).toBe(409);
    const stop = { stage: "early", haltedReason: "enough" };
    expect((await place.operator.ask("PUT", path, stop)).status).toBe(204);
    expect(await listed()).toMatchObject({ stage: "most", haltedReason: "enough" });
    expect((await place.operator.ask("PUT", path, { stage: "most", seen })).status).toBe(409);
  });

  test("by two of a ring that has it still, though a newer one is offered to the ring before", async () => {
    const [first, second, third] = boxes;
    expect(await place.roll(release.sha256, "most")).toBe(204);
    for (const box of [first, second]) await place.chooseRing(box, "most");
    const newer = await place.offer("0.4.0", "early");
    expect(await place.versionFor(first)).toBe(VERSION);
    expect(await place.versionFor(third)).toBe(newer.version);
    for (const box of [first, second]) await place.ask(box, became(release, "rolled-back", REASON));
    const { haltedReason } = await listed();
    expect(haltedReason).toBe("rolled-back: 2 of 2 boxes of the ring most went back");
  });

  test("by two that went back in a ring, though one was put into another since", async () => {
    const [first, second, third] = boxes;
    await place.ask(third);
    await place.ask(first, became(release, "rolled-back", REASON));
    await place.chooseRing(first, "last");
    await place.ask(first);
    const went = (await listed()).standings.find(({ standing }) => standing === "rolled-back");
    expect(went).toMatchObject({ boxes: 1, examples: [{ boxId: first.boxId }] });
    await place.ask(second, became(release, "rolled-back", REASON));
    const { haltedReason } = await listed();
    expect(haltedReason).toBe("rolled-back: 2 of 3 boxes of the ring early went back");
  });

  test("by two that went back, though somebody asked meanwhile for what was so already", async () => {
    const [first, second] = boxes;
    await place.ask(first, became(release, "rolled-back", REASON));
    expect(await place.roll(release.sha256, "early")).toBe(204);
    expect(await place.versionFor(first)).toBeNull();
    await place.ask(second, became(release, "rolled-back", REASON));
    const { haltedReason, steps } = await listed();
    expect(haltedReason).toBe("rolled-back: 2 of 2 boxes of the ring early went back");
    expect(steps.map(({ deed }) => deed)).toEqual(["halt", "rule", "start"]);
  });

  test("by no boxes that it was never offered to, nor by one that says twice that it went back", async () => {
    const [first, second] = boxes;
    for (const box of [first, second]) await place.chooseRing(box, "last");
    for (const box of [first, second]) await place.ask(box, became(release, "rolled-back", REASON));
    expect((await listed()).haltedReason).toBeNull();
    const [, , third] = boxes;
    for (const _ of [1, 2, 3]) await place.ask(third, became(release, "rolled-back", REASON));
    expect((await listed()).haltedReason).toBeNull();
  });

  test("by no rule that one box alone would fulfil, nor by anybody but an operator's", async () => {
    expect(await setRule({ ...RULE, haltBoxes: 1 })).toBe(400);
    expect(await setRule({ ...RULE, advanceHours: 0 })).toBe(400);
    const path = `${RELEASES}/${release.sha256}/rule`;
    expect((await place.owner.ask("PUT", path, RULE)).status).toBe(403);
    const stranger = `${RELEASES}/${"ab".repeat(32)}/rule`;
    expect((await place.operator.ask("PUT", stranger, RULE)).status).toBe(404);
    expect((await listed()).rule).toEqual(RULE);
  });
});

test("what boxes run is counted over all companies, without those that were removed", async () => {
  const [first, second, third] = boxes;
  for (const box of [first, second, third]) await runs(box);
  await place.ask(second, { release: "0.2.0" });
  const other = await place.site.signUp();
  const branch = { name: "Huế", country: "VN", languages: ["vi"], timeZone: "Asia/Ho_Chi_Minh" };
  const { body } = await other.ask<{ id: string }>("POST", "/api/v1/branches", branch);
  await place.ask(await enrolBox(place.site, other, body.id), { release: "0.2.0" });
  await place.owner.ask("DELETE", `/api/v1/branches/${third.branchId}/boxes/${third.boxId}`);
  const { body: counted } = await place.operator.ask("GET", `${RELEASES}/running`);
  expect(counted).toEqual({
    running: [
      { release: "0.2.0", boxes: 2 },
      { release: VERSION, boxes: 1 },
    ],
  });
});
