import { expect, test } from "vitest";
import { describeOnEngines } from "../../test/engines.ts";
import { boxStarted, cloudEvent } from "../../test/events.ts";
import { openFollowedLog } from "../../test/open-followed-log.ts";
import { ATTEMPTS_MAX, CURSOR_EVENTS_MAX, followTenant, runCursor } from "./cursors.ts";
import { DatabaseAway } from "./database-away.ts";
import { listRows, run, sql } from "./db.ts";
import type { Follower } from "./handle-events.ts";
import { openLog } from "./log.ts";
import { listSetAside, replayFeature, retrySetAside } from "./set-aside.ts";

describeOnEngines("a cursor", (open) => {
  const followed = openFollowedLog(open);
  const { append, follow, follower, log, positions } = followed;

  test("lets a feature settle what its handlers have seen, and finds the event that it cannot", async () => {
    const tenantId = await followed.cloud.addTenant();
    const settled: string[][] = [];
    const settling: Follower = {
      ...follower("settling", async () => []),
      settle: async (tx, events) => {
        const releases = events.map(({ payload }) => String(payload.release));
        if (releases.includes("1.0.5")) throw new Error("not this one");
        settled.push(releases);
        const settledEvent = { ...cloudEvent(), type: "settled", occurredAt: tx.now };
        return [settledEvent];
      },
    };
    const releases = Array.from({ length: 9 }, (_, index) => `1.0.${index}`);
    await append(
      tenantId,
      releases.map((release) => boxStarted({ release })),
    );
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      await follow(tenantId, [settling]);
      followed.cloud.passSeconds(60);
    }
    await follow(tenantId, [settling]);
    // Each once, whatever was undone with the one that fails; that one is set aside alone.
    expect(settled.flat()).toEqual(releases.filter((each) => each !== "1.0.5"));
    const aside = await followed.cloud.database.inTenant(tenantId, listSetAside);
    expect(aside.map(({ reason }) => reason)).toEqual(["not this one"]);
    // What it causes stands in the log, once for each time that it settled for good.
    const rows = await followed.cloud.database.inTenant(tenantId, (tx) =>
      listRows(tx, sql`select id from events where tenant_id = ${tenantId} and type = 'settled'`),
    );
    expect(rows).toHaveLength(settled.length);
  });

  test("hands a feature the events it handles, each once and in order", async () => {
    const tenantId = await followed.cloud.addTenant();
    const seen: string[] = [];
    const watching = follower("watching", async (_, event) => {
      seen.push(event.payload.release);
      return [];
    });
    const releases = Array.from({ length: 1203 }, (_, index) => `1.0.${index}`);
    await append(
      tenantId,
      releases.flatMap((release) => [boxStarted({ release }), cloudEvent()]),
    );
    expect(await follow(tenantId, [watching])).toEqual({ kind: "done", position: 2406 });
    expect(seen).toEqual(releases);
    expect(await follow(tenantId, [watching])).toEqual({ kind: "done", position: 2406 });
    expect(seen).toHaveLength(1203);
  });

  test("ends between two transactions when it is told to, and goes on from there", async () => {
    const tenantId = await followed.cloud.addTenant();
    const closing = new AbortController();
    const seen: string[] = [];
    const watching = follower("watching", async (_, event) => {
      seen.push(event.id);
      closing.abort();
      return [];
    });
    const events = Array.from({ length: CURSOR_EVENTS_MAX * 2 + 1 }, () => boxStarted());
    await append(tenantId, events);
    const options = { database: followed.cloud.database, followers: [watching], log };
    const ended = await followTenant({ ...options, closing: closing.signal }, tenantId);
    expect(ended).toEqual({ kind: "waiting" });
    expect(seen).toHaveLength(CURSOR_EVENTS_MAX);
    expect(await followTenant(options, tenantId)).toMatchObject({ kind: "done" });
    expect(seen).toEqual(events.map(({ id }) => id));
  });

  test("hands each event to one of several workers that run at once", async () => {
    const tenantId = await followed.cloud.addTenant();
    const seen: string[] = [];
    const watching = follower("watching", async (tx, event) => {
      await run(tx, sql`select pg_sleep(0.001)`);
      seen.push(event.id);
      return [];
    });
    const events = Array.from({ length: 60 }, () => boxStarted());
    for (let from = 0; from < 60; from += 6) {
      await Promise.all([
        append(tenantId, events.slice(from, from + 6)),
        ...Array.from({ length: 4 }, () => follow(tenantId, [watching])),
      ]);
    }
    await follow(tenantId, [watching]);
    expect(seen).toEqual(events.map(({ id }) => id));
  });

  test("goes its step beside another's that it does not import, and after the step of one that it does", async () => {
    const tenantId = await followed.cloud.addTenant();
    const order: string[] = [];
    const meeting = Promise.withResolvers<void>();
    let met = 0;
    // Each waits for the other: one after the other they would wait for ever.
    const meet = (name: string) => async () => {
      met += 1;
      if (met === 2) meeting.resolve();
      await meeting.promise;
      order.push(name);
      return [];
    };
    const alone = (name: string) => async () => {
      order.push(name);
      return [];
    };
    const base = follower("base", alone("base"));
    const beside = ["one", "other"].map((name) => follower(name, meet(name), ["base"]));
    const top = follower("top", alone("top"), ["one"]);
    await append(tenantId, [boxStarted()]);
    expect(await follow(tenantId, [base, ...beside, top])).toMatchObject({ kind: "done" });
    expect(order[0]).toBe("base");
    expect(order.indexOf("top")).toBeGreaterThan(order.indexOf("one"));
    expect(order.toSorted()).toEqual(["base", "one", "other", "top"]);
  });

  test("that fails ends the following with its fault once the step beside it has ended", async () => {
    const tenantId = await followed.cloud.addTenant();
    let isBesideDone = false;
    const failing = follower("failing", async () => {
      throw new DatabaseAway(new Error("cut"));
    });
    const beside = follower("beside", async (tx) => {
      await run(tx, sql`select pg_sleep(0.1)`);
      isBesideDone = true;
      return [];
    });
    await append(tenantId, [boxStarted()]);
    await expect(follow(tenantId, [failing, beside])).rejects.toThrow(DatabaseAway);
    expect(isBesideDone).toBe(true);
    expect(await positions(tenantId)).toMatchObject({ beside: 1 });
  });

  test("that fails beside another that fails says so of that one, which its fault does not name", async () => {
    const tenantId = await followed.cloud.addTenant();
    const meeting = Promise.withResolvers<void>();
    const failing = ["one", "other"].map((name, at) =>
      follower(name, async () => {
        if (at === 1) meeting.resolve();
        await meeting.promise;
        throw new DatabaseAway(new Error(name));
      }),
    );
    await append(tenantId, [boxStarted()]);
    const lines: { feature: string; tenantId: string }[] = [];
    const told = openLog("warn", { write: (line) => lines.push(JSON.parse(line)) });
    const { database } = followed.cloud;
    const end = followTenant({ database, followers: failing, log: told }, tenantId);
    const thrown = await end.catch((error) => error);
    expect(thrown).toBeInstanceOf(DatabaseAway);
    const unnamed = thrown.cause.message === "one" ? "other" : "one";
    expect(lines).toMatchObject([{ tenantId, feature: unnamed }]);
  });

  test("never passes the cursors of the features it imports, near or far", async () => {
    const tenantId = await followed.cloud.addTenant();
    const order: string[] = [];
    let isBroken = true;
    const base = follower("base", async (_, event) => {
      if (isBroken && event.payload.release === "bad") throw new Error("not yet");
      order.push(`base ${event.payload.release}`);
      return [];
    });
    const between: Follower = { name: "between", dependsOn: ["base"] };
    const top = follower(
      "top",
      async (_, event) => {
        order.push(`top ${event.payload.release}`);
        return [];
      },
      ["between"],
    );
    const releases = ["a", "b", "bad", "c"];
    await append(
      tenantId,
      releases.map((release) => boxStarted({ release })),
    );
    expect(await follow(tenantId, [base, between, top])).toEqual({ kind: "waiting" });
    expect(order.filter((line) => line.startsWith("top"))).toEqual(["top a", "top b"]);
    isBroken = false;
    followed.cloud.passSeconds(1);
    expect((await follow(tenantId, [base, between, top])).kind).toBe("done");
    expect(order.indexOf("top bad")).toBeGreaterThan(order.indexOf("base bad"));
    expect(order.at(-1)).toBe("top c");
  });

  test("does not hand on a newer version of an event than this release knows", async () => {
    const tenantId = await followed.cloud.addTenant();
    const seen: number[] = [];
    const watching = follower("watching", async (_, event) => {
      seen.push(event.version);
      return [];
    });
    await append(tenantId, [boxStarted({ version: 99 }), boxStarted()]);
    await follow(tenantId, [watching]);
    expect(seen).toEqual([1]);
  });

  test("appends what a handler causes, in the transaction of the handler", async () => {
    const tenantId = await followed.cloud.addTenant();
    const causing = follower("causing", async (_, event) => [
      cloudEvent({ payload: { because: event.id } }),
    ]);
    const cause = boxStarted();
    await append(tenantId, [cause]);
    expect(await follow(tenantId, [causing])).toEqual({ kind: "done", position: 2 });
  });

  test("sets an event aside for that feature alone after five failures, and goes on", async () => {
    const tenantId = await followed.cloud.addTenant();
    let tries = 0;
    let isMended = false;
    const handled: string[] = [];
    const failing = follower("failing", async (tx, event) => {
      if (event.payload.release === "bad") {
        tries += 1;
        if (!isMended) await run(tx, sql`select 1 / 0`);
      }
      handled.push(event.payload.release);
      return [];
    });
    const calm = follower("calm", async () => []);
    const bad = boxStarted({ release: "bad" });
    await append(tenantId, [boxStarted({ release: "a" }), bad, boxStarted({ release: "b" })]);

    for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt += 1) {
      expect(await follow(tenantId, [failing, calm])).toEqual({ kind: "waiting" });
      // One more than is counted: at first it failed together with the one before it.
      expect(tries).toBe(attempt + 1);
      // Left alone until its next try is due.
      expect(await follow(tenantId, [failing, calm])).toEqual({ kind: "waiting" });
      expect(tries).toBe(attempt + 1);
      expect(await positions(tenantId)).toEqual({ failing: 1, calm: 3 });
      followed.cloud.passSeconds(20);
    }
    expect(await follow(tenantId, [failing, calm])).toEqual({ kind: "done", position: 3 });
    expect(tries).toBe(ATTEMPTS_MAX + 1);
    // The first "a" was undone together with the event after it.
    expect(handled).toEqual(["a", "a", "b"]);

    const aside = await followed.cloud.database.inTenant(tenantId, listSetAside);
    expect(aside).toMatchObject([
      { feature: "failing", eventId: bad.id, position: 2, attempts: 5, reason: "division by zero" },
    ]);

    const options = { database: followed.cloud.database, followers: [failing, calm], log };
    const retry = { tenant: tenantId, feature: "failing", eventId: bad.id };
    await expect(retrySetAside(options, retry)).rejects.toThrow("division by zero");
    expect(await followed.cloud.database.inTenant(tenantId, listSetAside)).toHaveLength(1);
    isMended = true;
    expect(await retrySetAside(options, retry)).toBe("handled");
    expect(handled.at(-1)).toBe("bad");
    expect(await followed.cloud.database.inTenant(tenantId, listSetAside)).toEqual([]);
    expect(await retrySetAside(options, retry)).toBe("not-found");
  });

  test("does not count a failure that says nothing about the event", async () => {
    const tenantId = await followed.cloud.addTenant();
    let shutDown = true;
    const failing = follower("failing", async (tx) => {
      if (shutDown) await run(tx, sql`select pg_terminate_backend(pg_backend_pid())`);
      return [];
    });
    await append(tenantId, [boxStarted()]);
    for (let attempt = 0; attempt < ATTEMPTS_MAX + 1; attempt += 1)
      await expect(follow(tenantId, [failing])).rejects.toBeInstanceOf(DatabaseAway);
    shutDown = false;
    expect(await follow(tenantId, [failing])).toEqual({ kind: "done", position: 1 });
  });

  test("a replay empties what the feature made and hands it the whole log again, causing nothing", async () => {
    const tenantId = await followed.cloud.addTenant();
    let made: string[] = [];
    const replays: boolean[] = [];
    const making: Follower = {
      ...follower("making", async (tx, event) => {
        made.push(event.id);
        replays.push(tx.replaying);
        return [cloudEvent()];
      }),
      forget: async () => {
        made = [];
      },
    };
    const [first, second, third] = [boxStarted(), boxStarted(), boxStarted()];
    await append(tenantId, [first, second]);
    await follow(tenantId, [making]);
    const options = { database: followed.cloud.database, followers: [making], log };
    await replayFeature(options, { tenant: tenantId, feature: "making" });
    await append(tenantId, [third]);
    expect(await follow(tenantId, [making])).toEqual({ kind: "done", position: 7 });
    expect(made).toEqual([first.id, second.id, third.id]);
    expect(replays).toEqual([false, false, true, true, false]);
  });

  test("a replay begun before the last one has ended holds back all that one had to", async () => {
    const tenantId = await followed.cloud.addTenant();
    const replays: boolean[] = [];
    const making: Follower = {
      ...follower("making", async (tx) => {
        replays.push(tx.replaying);
        return [cloudEvent()];
      }),
      forget: async () => {
        replays.length = 0;
      },
    };
    await append(tenantId, [boxStarted(), boxStarted(), boxStarted()]);
    await follow(tenantId, [making]);
    const options = { database: followed.cloud.database, followers: [making], log };
    const again = () => replayFeature(options, { tenant: tenantId, feature: "making" });
    await again();
    await runCursor(options, { tenantId, follower: making }, 1);
    expect(replays).toEqual([true]);
    await again();
    await follow(tenantId, [making]);
    expect(replays).toEqual([true, true, true]);
    const causedInAll = 3;
    const begun = 2;
    expect(await positions(tenantId)).toEqual({ making: 3 + causedInAll + begun });
  });

  test("what a replay failed on causes nothing when it is tried again, and stands past the cursor", async () => {
    const tenantId = await followed.cloud.addTenant();
    let isBroken = false;
    const seen: [number, boolean][] = [];
    const making: Follower = {
      ...follower("making", async (tx, event) => {
        if (isBroken) throw new Error("broken");
        seen.push([event.position, tx.replaying]);
        return [cloudEvent()];
      }),
      forget: async () => {},
    };
    const event = boxStarted();
    await append(tenantId, [event]);
    await follow(tenantId, [making]);
    const options = { database: followed.cloud.database, followers: [making], log };
    await replayFeature(options, { tenant: tenantId, feature: "making" });
    isBroken = true;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      await follow(tenantId, [making]);
      followed.cloud.passSeconds(20);
    }
    isBroken = false;
    await retrySetAside(options, { tenant: tenantId, feature: "making", eventId: event.id });
    // The event, what it caused at first, and the beginning of the replay.
    expect(seen).toEqual([
      [1, false],
      [4, true],
    ]);
    expect(await follow(tenantId, [making])).toEqual({ kind: "done", position: 4 });
  });
});
