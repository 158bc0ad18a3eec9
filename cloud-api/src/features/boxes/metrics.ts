import { timingSafeEqual } from "node:crypto";
import type { Context, Routes } from "../../feature.ts";
import { refuse } from "../../platform/errors.ts";
import { hashToken } from "../../platform/session.ts";
import { describeBox } from "./describe.ts";
import { listSeenRows, listTenantsWithBoxes } from "./queries.ts";
import type { SeenBox } from "./schema.ts";

/** Prometheus's text exposition format. */
const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

type Measured = { tenantId: string; box: SeenBox };

/** For the operator of the cloud, of all tenants: by ids alone, and only with the token. */
export function registerMetrics(routes: Routes, { database, clock, metricsToken }: Context): void {
  routes.get("/metrics", { schema: { hide: true } }, async (request, reply) => {
    const [, token = ""] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "") ?? [];
    if (!timingSafeEqual(hashToken(token), hashToken(metricsToken)))
      throw refuse("unauthorized", "Metrics are told to whoever holds the token.");
    const measured: Measured[] = [];
    for (const tenantId of await database.inDirectory(listTenantsWithBoxes)) {
      const rows = await database.readTenant(tenantId, (tx) => listSeenRows(tx, null));
      measured.push(...rows.map((row) => ({ tenantId, box: describeBox(row, clock()) })));
    }
    reply.header("cache-control", "no-store").type(CONTENT_TYPE);
    return writeMetrics(measured);
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
  return FAMILIES.map(({ name, help, type = "gauge", value }) => {
    const full = `foyer_box_${name}`;
    const lines = measured.flatMap(({ tenantId, box }) => {
      const found = value(box);
      if (found === null || found === undefined) return [];
      return [`${full}{tenant="${tenantId}",branch="${box.branchId}",box="${box.id}"} ${found}\n`];
    });
    return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join("")}`;
  }).join("");
}
