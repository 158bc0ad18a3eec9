import type { Context, Routes } from "../../feature.ts";
import { refuse } from "../../platform/errors.ts";
import { METRICS_CONTENT_TYPE, writeFamily } from "../../platform/exposition.ts";
import { holdsToken } from "../../platform/vitals.ts";
import { describeBox } from "./describe.ts";
import { listSeenRows, listTenantsWithBoxes } from "./queries.ts";
import type { SeenBox } from "./schema.ts";

type Measured = { tenantId: string; box: SeenBox };

/** For the operator of the cloud, of this process and of all tenants: by ids alone, and only with the token. */
export function registerMetrics(routes: Routes, context: Context): void {
  const { database, clock, metricsToken, vitals } = context;
  routes.get("/metrics", { schema: { hide: true } }, async (request, reply) => {
    if (!holdsToken(request.headers.authorization, metricsToken))
      throw refuse("unauthorized", "Metrics are told to whoever holds the token.");
    const measured: Measured[] = [];
    for (const tenantId of await database.inDirectory(listTenantsWithBoxes)) {
      const rows = await database.readTenant(tenantId, (tx) => listSeenRows(tx, null));
      measured.push(...rows.map((row) => ({ tenantId, box: describeBox(row, clock()) })));
    }
    reply.header("cache-control", "no-store").type(METRICS_CONTENT_TYPE);
    return `${await vitals.write()}${writeMetrics(measured)}`;
  });
}

type Family = {
  name: string;
  help: string;
  type?: "counter";
  /** Null: nothing is known of it. */
  value: (box: SeenBox) => number | null | undefined;
};

const toSeconds = (at: string | null): number | null =>
  at === null ? null : Date.parse(at) / 1000;

const FAMILIES: readonly Family[] = [
  {
    name: "last_heard_timestamp_seconds",
    help: "When the box was last heard, in Unix time.",
    value: ({ lastHeardAt }) => toSeconds(lastHeardAt),
  },
  {
    name: "silent",
    help: "1 while the branch is open and nothing was heard for as long as its staff have set.",
    value: ({ troubles }) => (troubles.some(({ kind }) => kind === "silent") ? 1 : 0),
  },
  {
    name: "troubles",
    help: "How many things are to be done about the box.",
    value: ({ troubles }) => troubles.length,
  },
  {
    name: "outbox_events",
    help: "Events that wait on the box.",
    value: ({ report }) => report?.outbox.events,
  },
  {
    name: "outbox_oldest_timestamp_seconds",
    help: "When the oldest of them happened, in Unix time.",
    value: ({ report }) => toSeconds(report?.outbox.oldestAt ?? null),
  },
  {
    name: "outbox_full_in_days",
    help: "At the pace of the last days.",
    value: ({ report }) => report?.outbox.fullInDays,
  },
  {
    name: "outbox_thinned_total",
    help: "Events the box gave up on purpose.",
    type: "counter",
    value: ({ report }) => report?.outbox.thinned,
  },
  {
    name: "clock_offset_seconds",
    help: "What the box's time was ahead of the cloud's.",
    value: ({ clockOffsetSeconds }) => clockOffsetSeconds,
  },
  {
    name: "free_bytes",
    help: "Free space on the disk of the box.",
    value: ({ report }) => report?.freeBytes,
  },
  {
    name: "settings_behind",
    help: "Versions of its settings that the box does not hold yet.",
    value: ({ settings }) => Math.max(0, settings.newest - settings.held),
  },
];

function writeMetrics(measured: readonly Measured[]): string {
  return FAMILIES.map(({ name, help, type, value }) => {
    const samples = measured.flatMap(({ tenantId, box }) => {
      const found = value(box);
      if (found === null || found === undefined) return [];
      return [{ labels: { tenant: tenantId, branch: box.branchId, box: box.id }, value: found }];
    });
    return writeFamily({ name: `foyer_box_${name}`, help, ...(type && { type }) }, samples);
  }).join("");
}
