import type { Health, LatencyKind, NasHealth } from "./counters.ts";
import { LATENCY_BOUNDS_MILLISECONDS } from "./histogram.ts";

/** Prometheus's text exposition format; other versions of it are told apart by this. */
export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export type Measured = {
  health: Health;
  /** The NAS of the settings: each is told, with zeros where it was not heard of. */
  nas: readonly { id: string; name: string }[];
  isReady: boolean;
  freeBytes: number | null;
};

type Labels = Readonly<Record<string, string>>;
type Sample = { labels: Labels; value: number; suffix?: string };
type Family = { name: string; type: "counter" | "gauge" | "histogram"; help: string };

/** Writes every figure as Prometheus reads it. Nothing of a guest is among them, and no secret. */
export function writeMetrics(measured: Measured): string {
  return [...listOfServer(measured), ...listOfNas(measured)].join("");
}

function listOfServer({ health, isReady, freeBytes }: Measured): string[] {
  const { startedAt, unknown, disconnects, changes } = health;
  const one = (value: number): Sample[] => [{ labels: {}, value }];
  return [
    write(gauge("ready", "1 when nothing is wrong with the box itself."), one(isReady ? 1 : 0)),
    write(
      gauge("start_time_seconds", "When the server started, in Unix time."),
      one(Date.parse(startedAt) / 1000),
    ),
    write(
      gauge("state_folder_free_bytes", "Free space on the disk of the state folder."),
      freeBytes === null ? [] : one(freeBytes),
    ),
    write(
      counter("unknown_drops_total", "Packets from no access point of the settings, by reason."),
      byReason(unknown.drops, {}),
    ),
    write(
      gauge("unknown_senders", "Addresses that ask and are in no setting, 50 at the most."),
      one(unknown.nas.length),
    ),
    write(
      counter("disconnects_total", "Orders to end a session, by outcome."),
      byReason(disconnects, {}, "outcome"),
    ),
    write(
      counter("changes_total", "Orders to change a session's limits, by outcome."),
      byReason(changes, {}, "outcome"),
    ),
  ];
}

const COUNTS = [
  ["requests", "requests_total", "Valid requests, retransmissions left out."],
  ["accepts", "accepts_total", "Log-ins that were let in."],
  ["challenges", "challenges_total", "Steps of EAP conversations."],
  ["stored", "accounting_stored_total", "Accounting records stored."],
  ["status", "status_total", "Status-Server queries answered."],
  ["retransmits", "retransmits_total", "Requests answered again from memory."],
] as const;

const REASONS = [
  ["rejects", "rejects_total", "Log-ins that were refused, by reason."],
  ["passedOver", "accounting_passed_over_total", "Accounting answered and not stored, by reason."],
  ["drops", "drops_total", "Packets met with silence, by reason."],
] as const;

const MOMENTS = [
  ["lastRequestAt", "last_request_timestamp_seconds", "When it was last heard of, in Unix time."],
  ["lastSignedAt", "last_signed_timestamp_seconds", "Its last log-in with Message-Authenticator."],
  ["lastStartAt", "last_start_timestamp_seconds", "Its last Accounting Start."],
  ["lastInterimAt", "last_interim_timestamp_seconds", "Its last Interim-Update."],
  ["lastStopAt", "last_stop_timestamp_seconds", "Its last Accounting Stop."],
] as const;

function listOfNas({ health, nas }: Measured): string[] {
  const each = <T>(make: (labels: Labels, found: NasHealth | null) => T[]): T[] =>
    nas.flatMap(({ id, name }) => make({ nas: id, name }, health.nas[id] ?? null));
  const counts = COUNTS.map(([field, name, help]) =>
    write(
      counter(name, help),
      each((labels, found) => [{ labels, value: found?.[field] ?? 0 }]),
    ),
  );
  const reasons = REASONS.map(([field, name, help]) =>
    write(
      counter(name, help),
      each((labels, found) => byReason(found?.[field] ?? {}, labels)),
    ),
  );
  const moments = MOMENTS.map(([field, name, help]) =>
    write(
      gauge(name, help),
      each((labels, found) => atMoment(found?.seen[field] ?? null, labels)),
    ),
  );
  return [...counts, ...reasons, ...moments, ...listOfSight(each)];
}

type ForEachNas = (make: (labels: Labels, found: NasHealth | null) => Sample[]) => Sample[];

function listOfSight(each: ForEachNas): string[] {
  const latency: Family = {
    name: "foyer_radius_latency_seconds",
    type: "histogram",
    help: "From arrival to answer, the delay of a refusal left out.",
  };
  return [
    write(
      gauge("secret_wrong", "1 when its packets show another secret than the settings have."),
      each((labels, found) =>
        (["access", "accounting"] as const).map((kind) => ({
          labels: { ...labels, kind },
          value: found?.seen.secrets[kind].state === "other" ? 1 : 0,
        })),
      ),
    ),
    write(
      gauge("clock_offset_seconds", "What its clock is ahead of the box's."),
      each((labels, found) => {
        const offset = found?.seen.clock?.offsetSeconds;
        return offset === undefined ? [] : [{ labels, value: offset }];
      }),
    ),
    write(
      counter("nas_disconnects_total", "Orders to end a session, by access point and outcome."),
      each((labels, found) => byReason(found?.disconnects.outcomes ?? {}, labels, "outcome")),
    ),
    write(
      counter("nas_changes_total", "Orders to change limits, by access point and outcome."),
      each((labels, found) => byReason(found?.changes.outcomes ?? {}, labels, "outcome")),
    ),
    write(
      latency,
      each((labels, found) => [
        ...histogramOf(found, "access", labels),
        ...histogramOf(found, "accounting", labels),
      ]),
    ),
  ];
}

function histogramOf(found: NasHealth | null, kind: LatencyKind, labels: Labels): Sample[] {
  const latency = found?.latency[kind];
  const named = { ...labels, kind };
  const count = latency?.count ?? 0;
  const buckets = LATENCY_BOUNDS_MILLISECONDS.map((bound, at) => ({
    suffix: "_bucket",
    labels: { ...named, le: String(bound / 1000) },
    value: latency?.cumulative[at] ?? 0,
  }));
  return [
    ...buckets,
    { suffix: "_bucket", labels: { ...named, le: "+Inf" }, value: count },
    { suffix: "_sum", labels: named, value: (latency?.sumMilliseconds ?? 0) / 1000 },
    { suffix: "_count", labels: named, value: count },
  ];
}

const counter = (name: string, help: string): Family => ({
  ...{ name: `foyer_radius_${name}`, type: "counter", help },
});
const gauge = (name: string, help: string): Family => ({
  ...{ name: `foyer_radius_${name}`, type: "gauge", help },
});

const byReason = (counts: Record<string, number>, labels: Labels, label = "reason"): Sample[] =>
  Object.entries(counts).map(([reason, value]) => ({
    labels: { ...labels, [label]: reason },
    value,
  }));

const atMoment = (moment: string | null, labels: Labels): Sample[] =>
  moment === null ? [] : [{ labels, value: Date.parse(moment) / 1000 }];

function write({ name, type, help }: Family, samples: readonly Sample[]): string {
  const lines = samples.map(
    ({ suffix = "", labels, value }) => `${name}${suffix}${writeLabels(labels)} ${value}\n`,
  );
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function writeLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** As the format says: backslash, quote and line feed; a carriage return would part lines too. */
function escapeLabel(value: string): string {
  return value
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "");
}
