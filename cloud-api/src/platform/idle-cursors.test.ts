import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeOnEngines } from "../../test/engines.ts";
import { boxStarted, cloudEvent } from "../../test/events.ts";
import type { TestCloud } from "../../test/open-test-cloud.ts";
import { ATTEMPTS_MAX, followTenant } from "./cursors.ts";
import { listRows, sql } from "./db.ts";
import type { BoxEvent, EventHandler, NewEvent } from "./events.ts";
import type { Follower } from "./handle-events.ts";
import { finishStep, planStep } from "./idle-cursors.ts";
import { listSetAside, replayFeature } from "./set-aside.ts";

type Handler = EventHandler<BoxEvent<"box.started">>;

describeOnEngines("cursors in a row", (open) => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await open({ startsAt: new Date("2026-03-01T00:00:00Z") });
  });
  afterAll(() => cloud?.close());

  const log = pino({ level: "silent" });
  const append = (tenantId: string, events: NewEvent[]) =>
    cloud.database.changeTenant(tenantId, async () => ({ result: null, events }));
  const follow = (tenantId: string, followers: Follower[]) =>
    followTenant({ database: cloud.database, followers, log }, tenantId);
  const follower = (name: string, handler: Handler, dependsOn: string[] = []): Follower => ({
    name,
    dependsOn,
    handlers: { "box.started": handler },
  });
  const positions = async (tenantId: string) => {
    const rows = await cloud.database.inTenant(tenantId, (tx) =>
      listRows(
        tx,
        sql<{ feature: string; position: number }>`
          select feature, position from cursors where tenant_id = ${tenantId}`,
      ),
    );
    return Object.fromEntries(rows.map((row) => [row.feature, row.position]));
  };

  test("moves a feature that has nothing to do with the others, and never past those it imports", async () => {
    const tenantId = await cloud.addTenant();
    let fails = false;
    const base = follower("base", async () => {
      if (fails) throw new Error("not now");
      return [];
    });
    const looked: number[] = [];
    const idle: Follower = {
      ...{ name: "idle", dependsOn: ["base"] },
      handlers: {
        "guest.connected": async (_, { position }) => {
          looked.push(position);
          return [];
        },
      },
    };
    await append(tenantId, [boxStarted({ release: "1.0.0" })]);
    await follow(tenantId, [base, idle]);
    expect(await positions(tenantId)).toEqual({ base: 1, idle: 1 });
    fails = true;
    await append(tenantId, [boxStarted({ release: "1.0.1" }), cloudEvent()]);
    expect(await follow(tenantId, [base, idle])).toEqual({ kind: "waiting" });
    expect(await positions(tenantId)).toEqual({ base: 1, idle: 1 });
    fails = false;
    cloud.passSeconds(60);
    expect(await follow(tenantId, [base, idle])).toEqual({ kind: "done", position: 3 });
    expect(await positions(tenantId)).toEqual({ base: 3, idle: 3 });
    expect(looked).toEqual([]);
  });

  test("does not move an idle feature that a replay has taken back meanwhile", async () => {
    const tenantId = await cloud.addTenant();
    const idle: Follower = { ...follower("idle", async () => []), forget: async () => {} };
    await append(tenantId, [boxStarted({ release: "1.0.0" })]);
    await follow(tenantId, [idle]);
    await append(tenantId, [cloudEvent()]);
    const plan = await cloud.database.inTenant(tenantId, (tx) => planStep(tx, [idle]));
    expect(plan.idle.map(({ position }) => position)).toEqual([1]);
    const log = pino({ level: "silent" });
    const options = { database: cloud.database, followers: [idle], log };
    await replayFeature(options, { tenant: tenantId, feature: "idle" });
    expect(await cloud.database.inTenant(tenantId, (tx) => finishStep(tx, [idle], plan))).toBe(0);
    expect(await positions(tenantId)).toEqual({ idle: 0 });
  });

  test("hands a feature the events in a row that it handles together, and finds the one it cannot", async () => {
    const tenantId = await cloud.addTenant();
    const seen: string[] = [];
    const together: Follower = {
      ...{ name: "together", dependsOn: [], handlers: {} },
      together: {
        types: ["box.started"],
        handle: async (_, events) => {
          const releases = events.map(({ payload }) => String(payload.release));
          if (releases.includes("1.0.5")) throw new Error("not this one");
          seen.push(...releases);
          return [];
        },
      },
    };
    const releases = Array.from({ length: 9 }, (_, index) => `1.0.${index}`);
    await append(
      tenantId,
      releases.map((release) => boxStarted({ release })),
    );
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      await follow(tenantId, [together]);
      cloud.passSeconds(60);
    }
    expect(await follow(tenantId, [together])).toEqual({ kind: "done", position: 9 });
    expect(seen).toEqual(releases.filter((each) => each !== "1.0.5"));
    const aside = await cloud.database.inTenant(tenantId, listSetAside);
    expect(aside.map(({ reason }) => reason)).toEqual(["not this one"]);
  });
});
