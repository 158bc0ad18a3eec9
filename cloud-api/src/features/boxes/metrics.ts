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

type Told = { labels?: Readonly<Record<string, string>>; value: number };

type Family = {
  name: string;
  help: string;
  type?: "counter";
  tell: (box: SeenBox) => readonly Told[];
};

type Single = Omit<Family, "tell"> & {
  /** Null: nothing is known of it. */
  value: (box: SeenBox) => number | null | undefined;
};

const single = ({ value, ...family }: Single): Family => ({
  ...family,
  tell: (box) => {
    const found = value(box);
    return found === null || found === undefined ? [] : [{ value: found }];
  },
});

const toSeconds = (at: string | null): number | null =>
  at === null ? null : Date.parse(at) / 1000;

const SINGLES: readonly Single[] = [
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
    name: "settings_version",
    help: "The version of its settings that is in force on the box; 0 before the first.",
    value: ({ settings }) => settings.held,
  },
  {
    name: "settings_behind",
    help: "Versions of its settings that the box does not hold yet.",
    value: ({ settings }) => Math.max(0, settings.newest - settings.held),
  },
];

const FAMILIES: readonly Family[] = [
  {
    name: "info",
    help: "Always 1, with the release that the box runs.",
    tell: ({ report }) => (report ? [{ labels: { release: report.release }, value: 1 }] : []),
  },
  {
    name: "trouble",
    help: "1 for each thing that is to be done about the box.",
    tell: ({ troubles }) => troubles.map(({ kind }) => ({ labels: { kind }, value: 1 })),
  },
  {
    name: "fault",
    help: "1 for each part of the box that fails; its words are in the staff app.",
    tell: ({ report }) => {
      const failing = (report?.faults ?? []).filter(({ until }) => until === null);
      const parts = new Set(failing.map(({ part }) => part));
      return [...parts].map((part) => ({ labels: { part }, value: 1 }));
    },
  },
  ...SINGLES.map(single),
];

function writeMetrics(measured: readonly Measured[]): string {
  return FAMILIES.map(({ name, help, type, tell }) => {
    const samples = measured.flatMap(({ tenantId, box }) => {
      const whose = { tenant: tenantId, branch: box.branchId, box: box.id };
      return tell(box).map(({ labels, value }) => ({ labels: { ...whose, ...labels }, value }));
    });
    return writeFamily({ name: `foyer_box_${name}`, help, ...(type && { type }) }, samples);
  }).join("");
}
