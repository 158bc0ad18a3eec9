/** One time series of Prometheus's text exposition format 0.0.4. */
export type Series = { name: string; labels: Record<string, string>; value: number };

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = '([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\\\\n]|\\\\["\\\\n])*)"';
const HELP = new RegExp(`^# HELP (${NAME}) ((?:[^\\\\]|\\\\[\\\\n])*)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`);
const SAMPLE = new RegExp(
  `^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? ([+-]?(?:\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?|Inf)|NaN)$`,
);
const UNESCAPED: Record<string, string> = { "\\n": "\n", '\\"': '"', "\\\\": "\\" };

/**
 * Reads it line by line. Throws at a line that is none, a sample outside its family, a family told
 * of twice, a series told of twice, and a histogram that does not add up.
 */
export function parseMetrics(text: string): Series[] {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  const all: Series[] = [];
  const families = new Set<string>();
  let family: { name: string; type: string | null } | null = null;
  for (const line of text.slice(0, -1).split("\n")) {
    const help = HELP.exec(line);
    const type = TYPE.exec(line);
    if (help) {
      const [, name = ""] = help;
      if (families.has(name)) throw new Error(`${name} is told of twice`);
      families.add(name);
      family = { name, type: null };
    } else if (type) {
      if (family?.name !== type[1] || family?.type !== null) throw new Error(`stray: ${line}`);
      family = { name: family.name, type: type[2] ?? "" };
    } else {
      all.push(readSample(line, family));
    }
  }
  const keys = all.map(({ name, labels }) => JSON.stringify([name, Object.entries(labels).sort()]));
  if (new Set(keys).size !== keys.length) throw new Error("a series is told of twice");
  checkHistograms(all);
  return all;
}

function readSample(line: string, family: { name: string; type: string | null } | null): Series {
  const match = SAMPLE.exec(line);
  if (!match) throw new Error(`not a line of the format: ${line}`);
  const [, name = "", inside = ""] = match;
  const suffixes = family?.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
  if (!family?.type || !suffixes.some((suffix) => name === family.name + suffix))
    throw new Error(`outside its family: ${line}`);
  const labels: Record<string, string> = {};
  for (const [, label = "", value = ""] of inside.matchAll(new RegExp(LABEL, "g"))) {
    if (label in labels) throw new Error(`label ${label} twice: ${line}`);
    labels[label] = value.replace(/\\[n"\\]/g, (each) => UNESCAPED[each] ?? each);
  }
  const value = Number(match.at(-1)?.replace("Inf", "Infinity"));
  if (family.type === "counter" && !(value >= 0)) throw new Error(`a counter below 0: ${line}`);
  return { name, labels, value };
}

/** Buckets never fall, `+Inf` is there and is the count, and there is a sum. */
function checkHistograms(all: readonly Series[]): void {
  for (const count of all.filter(({ name }) => name.endsWith("_count"))) {
    const base = count.name.slice(0, -"_count".length);
    const isSame = (each: Series, name: string) => {
      const { le: _, ...labels } = each.labels;
      return each.name === base + name && JSON.stringify(labels) === JSON.stringify(count.labels);
    };
    const buckets = all.filter((each) => isSame(each, "_bucket"));
    const bounds = buckets.map(({ labels }) => Number(labels.le?.replace("Inf", "Infinity")));
    const values = buckets.map(({ value }) => value);
    const isRising = (list: number[]) =>
      list.every((each, at) => at === 0 || each >= (list[at - 1] ?? 0));
    if (!isRising(bounds) || !isRising(values)) throw new Error(`${base}'s buckets fall`);
    if (bounds.at(-1) !== Number.POSITIVE_INFINITY || values.at(-1) !== count.value)
      throw new Error(`${base}'s last bucket is not its count`);
    if (!all.some((each) => isSame(each, "_sum"))) throw new Error(`${base} has no sum`);
  }
}
