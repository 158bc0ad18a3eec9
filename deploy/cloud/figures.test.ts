import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cloud, readConfig, startCloud } from "@foyer/cloud-api";
import { createCounters, writeMetrics as writeRadiusMetrics } from "@foyer/radius";
import { writeMetrics as writeAgentMetrics } from "@foyer/sync-agent";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// What is shown, alarmed at and documented is held against what the processes themselves say.

const read = (...path: string[]) => readFileSync(join(import.meta.dirname, ...path), "utf8");
let folder: string;
let cloud: Cloud;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "foyer-figures-"));
  cloud = await startCloud({
    ...{ host: "127.0.0.1", port: 0, origin: null, dataFolder: folder, role: "all" },
    ...{ selfSignUp: false, logLevel: "silent" },
  });
}, 180_000);
afterAll(async () => {
  await cloud?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The names that a scrape tells, those of a histogram's parts among them. */
function listNames(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = "", type]) =>
    type === "histogram" ? ["_bucket", "_sum", "_count"].map((part) => `${name}${part}`) : [name],
  );
}

async function scrape(): Promise<string[]> {
  const token = readFileSync(join(folder, "metrics-token"), "utf8").trim();
  const told = await fetch(`${cloud.origin}/metrics`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return [await told.text(), ...listOfBox()];
}

const listExported = async () => new Set((await scrape()).flatMap(listNames));

/** Label → values, of each figure that the processes tell just now. */
async function listLabels(): Promise<Map<string, Map<string, Set<string>>>> {
  const figures = new Map<string, Map<string, Set<string>>>();
  const samples = (await scrape()).join("\n").matchAll(/^(foyer_\w+)(?:\{([^}]*)\})? \S+$/gm);
  for (const [, name = "", told = ""] of samples) {
    const labels = figures.get(name) ?? new Map<string, Set<string>>();
    for (const [, label = "", value = ""] of told.matchAll(/(\w+)="([^"]*)"/g))
      labels.set(label, (labels.get(label) ?? new Set()).add(value));
    figures.set(name, labels);
  }
  return figures;
}

/** What an expression asks of a figure: labels it sums by, and those it picks values of. */
function listAskedLabels(expression: string): { name: string; label: string; value: string }[] {
  const by = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = ""]) =>
    list.split(",").map((label) => ({ label: label.trim(), value: "" })),
  );
  return [...expression.matchAll(/\b(foyer_[a-z_]+)(?:\{([^}]*)\})?/g)].flatMap(
    ([, name = "", picked = ""]) =>
      [
        ...by,
        ...[...picked.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = "", value = ""]) => ({
          label,
          value,
        })),
      ].map((asked) => ({ name, ...asked })),
  );
}

/** What Prometheus puts beside every figure by itself. */
const OWN_LABELS = ["job", "instance"];

/** Every figure of a box of which an access point has asked everything once. */
function listOfBox(): string[] {
  const now = new Date();
  const nas = { id: "nas", name: "Counter" };
  const counters = createCounters(now);
  for (const what of ["rejects", "passedOver", "drops"] as const)
    counters.countReason(nas.id, what, "too-busy");
  counters.countUnknown("unknown-nas");
  const health = counters.read();
  const outbox = { events: 0, bytes: 0, bytesMax: 1, oldestAt: null, thinned: 0, fullInDays: null };
  const report = {
    ...{
      release: "0.1.0",
      epoch: "",
      now: now.toISOString(),
      settingsVersion: 0,
      outbox,
      faults: [],
    },
    ...{ freeBytes: null, clock: { machineOffsetSeconds: null, uncertaintySeconds: null } },
  };
  return [
    writeRadiusMetrics({ health, nas: [nas], isReady: true, freeBytes: null }),
    writeAgentMetrics({ report, now, lastAnswerAt: { push: null, pull: null } }),
  ];
}

const named = (text: string) => [...new Set(text.match(/\bfoyer_[a-z_]+\b/g))];

describe("what an operator is shown", () => {
  test.each(["grafana-dashboard.json", "foyer-alerts.yml"])(
    "every figure of %s is one that a process tells",
    async (file) => {
      const exported = await listExported();
      const wanted = named(read(file));
      expect(wanted.length).toBeGreaterThan(4);
      expect(wanted.filter((name) => !exported.has(name))).toEqual([]);
    },
  );

  test.each(["grafana-dashboard.json", "foyer-alerts.yml"])(
    "every label that %s sums by or picks is one that the figure is told with",
    async (file) => {
      // One request that is counted, and whatever is asked of its answer is a status in the same words.
      await fetch(`${cloud.origin}/health`);
      const told = await listLabels();
      const expressions = read(file).matchAll(/"?expr"?: (.*)$/gm);
      const asked = [...expressions].flatMap(([, text = ""]) =>
        listAskedLabels(text.replaceAll('\\"', '"')),
      );
      const isTold = ({ name, label, value }: (typeof asked)[number]) => {
        const values = told.get(name)?.get(label);
        if (OWN_LABELS.includes(label)) return true;
        const isStatus = label === "status" && /^[1-5]xx$/.test(value);
        return values !== undefined && (value === "" || values.has(value) || isStatus);
      };
      expect(asked.length).toBeGreaterThan(1);
      expect(asked.filter((each) => !isTold(each))).toEqual([]);
    },
  );

  test("the dashboard shows the cloud, all boxes and a single one, each panel by itself", () => {
    type Panel = { id: number; type: string; title: string; targets?: { expr: string }[] };
    const { panels } = JSON.parse(read("grafana-dashboard.json")) as { panels: Panel[] };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    for (const prefix of ["foyer_cloud_", "foyer_box_", "foyer_radius_", "foyer_sync_"])
      expect(expressions.some((each) => each.includes(prefix))).toBe(true);
    for (const { type, title, targets = [] } of panels)
      expect([title, type === "row" || targets.length > 0]).toEqual([title, true]);
  });
});

describe("the settings", () => {
  /** Variable → default, of the rows that are the cloud's. */
  function readTable(text: string, pattern: RegExp): [string, string][] {
    return [...text.matchAll(pattern)].flatMap(([, names = "", defaults = ""]) => {
      const values = [...defaults.matchAll(/`([^`]*)`/g)].map(([, value = ""]) => value);
      return [...names.matchAll(/`([A-Z_]+)`/g)].map(
        ([, name = ""], at) => [name, values[at] ?? ""] as [string, string],
      );
    });
  }
  const own = readTable(read("README.md"), /^\| (`[A-Z_`, ]+) \|[^|]*\|([^|]*)\|$/gm);
  const root = readTable(
    read("..", "..", "README.md"),
    /^\| (`[A-Z_`, ]+) \| cloud \|[^|]*\| ([^|]*) \|$/gm,
  );

  /** What the program asks its environment for. */
  function listAsked(): string[] {
    const asked = new Set<string>();
    readConfig(
      new Proxy({} as Record<string, string>, {
        get: (_, name) => {
          asked.add(String(name));
          return undefined;
        },
      }),
    );
    // systemd's own, of which an operator sets none.
    return [...asked].filter((name) => !name.startsWith("LISTEN_")).sort();
  }

  test("stand in the reference, every one that is read and no other", () => {
    expect(own.map(([name]) => name).sort()).toEqual(listAsked());
    expect(root.map(([name]) => name).sort()).toEqual(
      listAsked().filter((name) => name !== "FOYER_LOG_LEVEL"),
    );
  });

  test("reach the containers, but for what a container settles itself", () => {
    const settled = ["FOYER_CLOUD_HOST", "FOYER_CLOUD_PORT", "FOYER_DATA_FOLDER", "DATABASE_URL"];
    const passed = [...read("compose.yaml").matchAll(/^ {6}(FOYER_[A-Z_]+):/gm)];
    // The role is each container's command.
    const others = ["FOYER_CLOUD_ROLE", "FOYER_WORKER_PORT", ...settled];
    expect(passed.map(([, name]) => name).sort()).toEqual(
      listAsked().filter((name) => !others.includes(name)),
    );
  });

  test("that are empty count as not set", () => {
    const isOwn = (name: string) => name.startsWith("FOYER_");
    expect(
      readConfig(
        Object.fromEntries(
          listAsked()
            .filter(isOwn)
            .map((name) => [name, ""]),
        ),
      ),
    ).toEqual(readConfig({}));
  });

  test("have the defaults that the reference names", () => {
    for (const [name, value] of own)
      expect([name, readConfig(value === "" ? {} : { [name]: value })]).toEqual([
        name,
        readConfig({}),
      ]);
    expect(own.filter(([, value]) => value !== "").length).toBeGreaterThan(6);
  });
});
