import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cloud, startCloud } from "@foyer/cloud-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Running, run, start } from "../lab/processes.ts";
import { takeFreePort } from "../test/free-ports.ts";
import { askUntil } from "../test/test-cloud.ts";

const PEERS = ["/usr/bin/prometheus", "/usr/bin/promtool"] as const;
const [PROMETHEUS, PROMTOOL] = PEERS;
const isMissing = !PEERS.every((file) => existsSync(file));
if (isMissing && process.env.FOYER_REQUIRE_PEERS === "1")
  throw new Error("the Debian package prometheus is not installed");

const HERE = import.meta.dirname;
const ALERTS = "foyer-alerts.yml";

/** A series of a minute's steps, and the alert that half an hour of it raises. */
type Case = { series: string; values: string; alert: string };

const UP = 'up{job="foyer-cloud",instance="cloud"}';
const CASES: Case[] = [
  { alert: "FoyerDown", series: UP, values: "0x30" },
  { alert: "FoyerNotReady", series: "foyer_cloud_ready", values: "0x30" },
  { alert: "FoyerBehind", series: "foyer_cloud_events_behind", values: "100001x30" },
  { alert: "FoyerJobsWait", series: "foyer_cloud_jobs_oldest_due_seconds", values: "0+60x30" },
  { alert: "FoyerJobsGivenUp", series: 'foyer_cloud_jobs{state="given-up"}', values: "1x30" },
  {
    ...{ alert: "FoyerFaults", values: "0+60x30" },
    series: 'foyer_cloud_requests_total{status="5xx"}',
  },
  { alert: "FoyerBoxesSilent", series: 'foyer_box_silent{box="a"}', values: "1x30" },
];
/** The same when all is well. */
const WELL = [
  { series: UP, values: "1x30" },
  { series: "foyer_cloud_ready", values: "1x30" },
  { series: "foyer_cloud_events_behind", values: "100000x30" },
  { series: "foyer_cloud_jobs_oldest_due_seconds", values: "600x30" },
  { series: 'foyer_cloud_jobs{state="given-up"}', values: "0x30" },
  { series: 'foyer_cloud_requests_total{status="5xx"}', values: "0+1x30" },
  { series: 'foyer_box_silent{box="a"}', values: "0x30" },
];

describe.skipIf(isMissing)("Prometheus, by the files that operators are given", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "foyer-prometheus-"));
    copyFileSync(join(HERE, ALERTS), join(folder, ALERTS));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Each alert's name, and whether it is raised by these series after half an hour. */
  async function listRaised(series: readonly { series: string; values: string }[]) {
    const file = join(folder, "judged.yml");
    const raised: string[] = [];
    for (const { alert } of CASES) {
      const judged = { eval_time: "30m", alertname: alert, exp_alerts: [] };
      const tests = [{ interval: "1m", input_series: series, alert_rule_test: [judged] }];
      // What is YAML too. That nothing is raised is what promtool is told to expect.
      writeFileSync(file, JSON.stringify({ rule_files: [ALERTS], tests }));
      const isQuiet = await run(PROMTOOL, "test", "rules", file).then(
        () => true,
        (error: Error) => {
          expect(error.message).toContain(`alertname: ${alert}`);
          return false;
        },
      );
      if (!isQuiet) raised.push(alert);
    }
    return raised;
  }

  test.each(CASES)("$alert is raised, and no other is", async ({ alert, series, values }) => {
    const others = WELL.filter((each) => each.series !== series);
    expect(await listRaised([...others, { series, values }])).toEqual([alert]);
  });

  test("no alert is raised while all is well, and every alert of the file is tried", async () => {
    expect(await listRaised(WELL)).toEqual([]);
    const named = [...readFileSync(join(HERE, ALERTS), "utf8").matchAll(/alert: (\w+)/g)];
    expect(named.map(([, name]) => name).sort()).toEqual(CASES.map(({ alert }) => alert).sort());
  });

  test("a cloud that nobody asks is down", async () => {
    const unasked = WELL.filter(({ series }) => series !== UP);
    expect(await listRaised(unasked)).toEqual(["FoyerDown"]);
    await expectWords(unasked, "The cloud does not answer: foyer-cloud status");
    const unanswered = [{ series: UP, values: "0x30" }];
    await expectWords(unanswered, "cloud does not answer: foyer-cloud status");
  });

  /** What stands in the alert of a cloud that is down. */
  async function expectWords(series: typeof WELL, summary: string) {
    const isAsked = series.some((each) => each.series === UP);
    const labels = { job: "foyer-cloud", ...(isAsked && { instance: "cloud" }) };
    const raised = [{ exp_labels: labels, exp_annotations: { summary } }];
    const judged = { eval_time: "30m", alertname: "FoyerDown", exp_alerts: raised };
    const tests = [{ interval: "1m", input_series: series, alert_rule_test: [judged] }];
    const file = join(folder, "words.yml");
    writeFileSync(file, JSON.stringify({ rule_files: [ALERTS], tests }));
    await run(PROMTOOL, "test", "rules", file);
  }
});

describe.skipIf(isMissing)("Prometheus beside a cloud", () => {
  let folder: string;
  let cloud: Cloud;
  let prometheus: Running;
  let origin: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "foyer-scraped-"));
    cloud = await startCloud({
      ...{ host: "127.0.0.1", port: 0, origin: null, dataFolder: folder, role: "all" },
      ...{ selfSignUp: false, logLevel: "silent" },
    });
    const port = await takeFreePort();
    origin = `http://127.0.0.1:${port}`;
    const settings = readFileSync(join(HERE, "prometheus.yml"), "utf8")
      .replaceAll("/etc/prometheus/foyer-token", join(folder, "metrics-token"))
      .replace("127.0.0.1:8200", new URL(cloud.origin).host)
      .replace("scrape_interval: 30s", "scrape_interval: 1s");
    const file = join(folder, "prometheus.yml");
    writeFileSync(file, `global: { evaluation_interval: 1s }\n${settings}`);
    copyFileSync(join(HERE, ALERTS), join(folder, ALERTS));
    await run(PROMTOOL, "check", "config", file);
    prometheus = start(
      ...[PROMETHEUS, `--config.file=${file}`, `--storage.tsdb.path=${join(folder, "series")}`],
      `--web.listen-address=127.0.0.1:${port}`,
    );
  }, 120_000);
  afterAll(async () => {
    await prometheus?.stop();
    await cloud?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async <Data>(path: string): Promise<Data | null> => {
    const answer = await fetch(`${origin}/api/v1/${path}`).catch(() => null);
    return answer?.ok ? ((await answer.json()) as { data: Data }).data : null;
  };

  test("it is let in by the token, and reads every figure", async () => {
    type Targets = { activeTargets: { health: string; lastError: string }[] };
    const targets = await askUntil(
      () => ask<Targets>("targets"),
      (told) => told?.activeTargets[0]?.health === "up",
    );
    expect(targets?.activeTargets).toMatchObject([{ health: "up", lastError: "" }]);
    type Found = { result: { value: [number, string] }[] };
    const ready = await ask<Found>("query?query=foyer_cloud_ready");
    expect(ready?.result.map(({ value }) => value[1])).toEqual(["1"]);
  });

  test("it understands every question of the dashboard", async () => {
    type Panel = { targets?: { expr: string }[] };
    const dashboard = readFileSync(join(HERE, "grafana-dashboard.json"), "utf8");
    const { panels } = JSON.parse(dashboard) as { panels: Panel[] };
    const questions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(questions.length).toBeGreaterThan(30);
    const understood = async (query: string) => {
      const path = `query?${new URLSearchParams({ query })}`;
      return [query, (await fetch(`${origin}/api/v1/${path}`)).status];
    };
    expect(await understood("sum by (")).toEqual(["sum by (", 400]);
    for (const query of questions) expect(await understood(query)).toEqual([query, 200]);
  });

  test("it can judge every alert by what it has read, and none is raised", async () => {
    type Rules = { groups: { rules: { name: string; health: string; state: string }[] }[] };
    const list = async () =>
      (await ask<Rules>("rules"))?.groups.flatMap(({ rules }) => rules) ?? [];
    // Before the first scrape the cloud counts as down.
    const isAtRest = ({ health, state }: { health: string; state: string }) =>
      health === "ok" && state === "inactive";
    const rules = await askUntil(list, (told) => told.length > 0 && told.every(isAtRest));
    expect(rules.map(({ name, health, state }) => [name, health, state])).toEqual(
      CASES.map(({ alert }) => [alert, "ok", "inactive"]),
    );
  });
});
