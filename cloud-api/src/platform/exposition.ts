/** Prometheus's text exposition format; other versions of it are told apart by this. */
export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export type MetricFamily = { name: string; help: string; type?: "gauge" | "counter" | "histogram" };

/** Labels hold ids and words of ours alone: nothing in them has to be escaped. */
export type Sample = {
  labels?: Readonly<Record<string, string>>;
  /** What follows the family's name in a histogram. */
  suffix?: string;
  value: number;
};

export function writeFamily(
  { name, help, type = "gauge" }: MetricFamily,
  samples: readonly Sample[],
): string {
  const lines = samples.map(
    ({ labels = {}, suffix = "", value }) => `${name}${suffix}${writeLabels(labels)} ${value}\n`,
  );
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function writeLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** What a box says of itself must not look like figures of others. */
const escapeLabel = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
