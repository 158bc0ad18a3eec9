import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseMetrics } from "../../test/prometheus.ts";
import { createCounters } from "./counters.ts";
import { LATENCY_BOUNDS_MILLISECONDS } from "./histogram.ts";
import { writeMetrics } from "./metrics.ts";

const startedAt = new Date("2026-03-01T02:00:00.000Z");
const NAS = { id: "n-1", name: "Ground floor" };

const counted = () => {
  const counters = createCounters(startedAt);
  counters.count(NAS.id, "requests");
  counters.count(NAS.id, "requests");
  counters.countReason(NAS.id, "drops", "too-busy");
  counters.countUnknown("unknown-nas");
  counters.countDisconnect("refused 503");
  counters.noteOrder(NAS.id, { order: "disconnect", outcome: "timed-out", at: startedAt });
  counters.noteOrder(NAS.id, { order: "change", outcome: "refused 401", at: startedAt });
  counters.countChange("refused 401");
  for (const each of [0.05, 1, 3000]) counters.observe(NAS.id, "access", each);
  return counters.read();
};
const series = (nas = [NAS]) =>
  parseMetrics(writeMetrics({ health: counted(), nas, isReady: true, freeBytes: 1024 }));
const figureOf = (name: string, labels: Record<string, string> = {}) =>
  series().find(
    (each) =>
      each.name === `foyer_radius_${name}` &&
      Object.entries(labels).every(([label, value]) => each.labels[label] === value),
  )?.value;

describe("the metrics, in Prometheus's text format 0.0.4", () => {
  test("tell each NAS's counts by its id and name, and each reason by itself", () => {
    const nas = { nas: "n-1", name: "Ground floor" };
    expect(figureOf("requests_total", nas)).toBe(2);
    expect(figureOf("accepts_total", nas)).toBe(0);
    expect(figureOf("drops_total", { ...nas, reason: "too-busy" })).toBe(1);
    expect(figureOf("nas_disconnects_total", { ...nas, outcome: "timed-out" })).toBe(1);
  });

  test("tell of the server itself", () => {
    expect(figureOf("ready")).toBe(1);
    expect(figureOf("start_time_seconds")).toBe(startedAt.getTime() / 1000);
    expect(figureOf("state_folder_free_bytes")).toBe(1024);
    expect(figureOf("unknown_drops_total", { reason: "unknown-nas" })).toBe(1);
    expect(figureOf("disconnects_total", { outcome: "refused 503" })).toBe(1);
  });

  test("hold a histogram of the answers in seconds", () => {
    const access = { nas: "n-1", kind: "access" };
    const buckets = series().filter(
      ({ name, labels }) =>
        name === "foyer_radius_latency_seconds_bucket" && labels.kind === "access",
    );
    expect(buckets).toHaveLength(LATENCY_BOUNDS_MILLISECONDS.length + 1);
    expect(figureOf("latency_seconds_bucket", { ...access, le: "0.0001" })).toBe(1);
    expect(figureOf("latency_seconds_bucket", { ...access, le: "0.0016" })).toBe(2);
    expect(figureOf("latency_seconds_bucket", { ...access, le: "+Inf" })).toBe(3);
    expect(figureOf("latency_seconds_count", access)).toBe(3);
    expect(figureOf("latency_seconds_sum", access)).toBeCloseTo(3.00105);
  });

  test("tell a NAS that was never heard of with zeros, so that its silence can be alarmed", () => {
    const silent = series([{ id: "n-2", name: "Terrace" }]);
    const requests = silent.filter(({ name }) => name === "foyer_radius_requests_total");
    expect(requests).toEqual([
      { name: "foyer_radius_requests_total", labels: { nas: "n-2", name: "Terrace" }, value: 0 },
    ]);
    expect(silent.some(({ name }) => name.includes("last_request"))).toBe(false);
  });

  test("carry any name that staff give a NAS, whatever is in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 30 }), (text) => {
        for (const name of [text, `${text}"} 1\n\\`]) {
          const told = series([{ id: "n-1", name }]).find(({ labels }) => labels.nas === "n-1");
          expect(told?.labels.name).toBe(name.replaceAll("\r", ""));
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("the parser of these tests", () => {
  test.each([
    ["a sample without a family", "a_total 1\n"],
    ["a missing line end", "# HELP a x\n# TYPE a gauge\na 1"],
    ["an unescaped quote", '# HELP a x\n# TYPE a gauge\na{b="c"d"} 1\n'],
    ["a bare backslash", '# HELP a x\n# TYPE a gauge\na{b="\\c"} 1\n'],
    ["an empty line", "# HELP a x\n# TYPE a gauge\n\na 1\n"],
    ["a word as value", "# HELP a x\n# TYPE a gauge\na null\n"],
    ["the same series twice", "# HELP a x\n# TYPE a gauge\na 1\na 2\n"],
    [
      "a histogram without +Inf",
      '# HELP a x\n# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n',
    ],
  ])("refuses %s", (_, text) => {
    expect(() => parseMetrics(text)).toThrow();
  });
});
