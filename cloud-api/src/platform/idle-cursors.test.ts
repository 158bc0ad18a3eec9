import { expect, test } from "vitest";
import { describeOnEngines } from "../../test/engines.ts";
import { boxStarted, cloudEvent } from "../../test/events.ts";
import { openFollowedLog } from "../../test/open-followed-log.ts";
import { ATTEMPTS_MAX } from "./cursors.ts";
import type { Follower } from "./handle-events.ts";
import { finishStep, planStep } from "./idle-cursors.ts";
import { listSetAside, replayFeature } from "./set-aside.ts";

describeOnEngines("cursors in a row", (open) => {
  const followed = openFollowedLog(open);
  const { append, follow, follower, log, positions } = followed;

  test("moves a feature that has nothing to do with the others, and never past those it imports", async () => {
    const tenantId = await followed.cloud.addTenant();
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
    followed.cloud.passSeconds(60);
    expect(await follow(tenantId, [base, idle])).toEqual({ kind: "done", position: 3 });
    expect(await positions(tenantId)).toEqual({ base: 3, idle: 3 });
    expect(looked).toEqual([]);
  });

  test("does not move an idle feature that a replay has taken back meanwhile", async () => {
    const tenantId = await followed.cloud.addTenant();
    const idle: Follower = { ...follower("idle", async () => []), forget: async () => {} };
    await append(tenantId, [boxStarted({ release: "1.0.0" })]);
    await follow(tenantId, [idle]);
    await append(tenantId, [cloudEvent()]);
    const plan = await followed.cloud.database.inTenant(tenantId, (tx) => planStep(tx, [idle]));
    expect(plan.idle.map(({ position }) => position)).toEqual([1]);
    const options = { database: followed.cloud.database, followers: [idle], log };
    await replayFeature(options, { tenant: tenantId, feature: "idle" });
    expect(
      await followed.cloud.database.inTenant(tenantId, (tx) => finishStep(tx, [idle], plan)),
    ).toBe(0);
    expect(await positions(tenantId)).toEqual({ idle: 0 });
  });

  test("hands a feature the events in a row that it handles together, and finds the one it cannot", async () => {
    const tenantId = await followed.cloud.addTenant();
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
      followed.cloud.passSeconds(60);
    }
    expect(await follow(tenantId, [together])).toEqual({ kind: "done", position: 9 });
    expect(seen).toEqual(releases.filter((each) => each !== "1.0.5"));
    const aside = await followed.cloud.database.inTenant(tenantId, listSetAside);
    expect(aside.map(({ reason }) => reason)).toEqual(["not this one"]);
  });
});
