import { pino } from "pino";
import { afterAll, beforeAll } from "vitest";
import { followTenant } from "../src/platform/cursors.ts";
import { listRows, sql } from "../src/platform/db.ts";
import type { BoxEvent, EventHandler, NewEvent } from "../src/platform/events.ts";
import type { Follower } from "../src/platform/handle-events.ts";
import type { OpenCloud } from "./engines.ts";
import type { TestCloud } from "./open-test-cloud.ts";

/** Called in a describe: a cloud of its own, in which its tests write the log and follow it step by step. */
export function openFollowedLog(open: OpenCloud) {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await open({ startsAt: new Date("2026-03-01T00:00:00Z") });
  });
  afterAll(() => cloud?.close());
  const log = pino({ level: "silent" });
  return {
    get cloud() {
      return cloud;
    },
    log,
    append: (tenantId: string, events: NewEvent[]) =>
      cloud.database.changeTenant(tenantId, async () => ({ result: null, events })),
    follow: (tenantId: string, followers: Follower[]) =>
      followTenant({ database: cloud.database, followers, log }, tenantId),
    /** A feature that handles a box's start alone. */
    follower: (
      name: string,
      handler: EventHandler<BoxEvent<"box.started">>,
      dependsOn: string[] = [],
    ): Follower => ({ name, dependsOn, handlers: { "box.started": handler } }),
    /** How far each feature has come, by its name. */
    positions: async (tenantId: string) => {
      const rows = await cloud.database.inTenant(tenantId, (tx) =>
        listRows(
          tx,
          sql<{ feature: string; position: number }>`
            select feature, position from cursors where tenant_id = ${tenantId}`,
        ),
      );
      return Object.fromEntries(rows.map((row) => [row.feature, row.position]));
    },
  };
}
