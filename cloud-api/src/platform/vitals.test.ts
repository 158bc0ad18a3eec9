import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { METRICS_TOKEN, openTestApp, type TestApp } from "../../test/open-test-app.ts";
import { openTestCloud } from "../../test/open-test-cloud.ts";
import { startWorker } from "./jobs.ts";
import { openLive } from "./live.ts";
import { openVitals } from "./vitals.ts";
import { openWorkerPort } from "./worker-port.ts";

let site: TestApp;
beforeAll(async () => {
  site = await openTestApp();
});
afterAll(() => site.close());

const get = (path: string, token?: string) =>
  site.app.inject({
    ...{ method: "GET" as const, url: path },
    headers: token ? { authorization: `Bearer ${token}` } : {},
  });
const readValue = (text: string, series: string): number | null => {
  const line = text.split("\n").find((each) => each.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
};

describe("a process that serves", () => {
  test("says that it lives and that requests may be sent to it, and no more", async () => {
    const alive = await get("/health");
    expect([alive.statusCode, alive.json()]).toEqual([200, { alive: true }]);
    const ready = await get("/ready");
    expect([ready.statusCode, ready.json()]).toEqual([200, { ready: true }]);
    expect(ready.headers["cache-control"]).toBe("no-store");
  });

  test("counts what it was asked, by who asked and how it ended", async () => {
    const before = (await get("/metrics", METRICS_TOKEN)).body;
    await get("/api/v1/tenants");
    await get("/api/v1/nowhere");
    const { body } = await get("/metrics", METRICS_TOKEN);
    const grown = (series: string) =>
      (readValue(body, series) ?? 0) - (readValue(before, series) ?? 0);
    // The two, and /metrics itself, which is asked for while it is written.
    expect(readValue(body, "foyer_cloud_requests_open")).toBe(1);
    const refused = ["staff", "public"].map((caller) =>
      grown(`foyer_cloud_requests_total{caller="${caller}",status="4xx"}`),
    );
    expect(refused.reduce((sum, each) => sum + each, 0)).toBe(2);
    expect(grown('foyer_cloud_request_seconds_count{caller="public"}')).toBeGreaterThan(0);
    const buckets = [...body.matchAll(/_bucket\{caller="public",le="[^"]+"\} (\d+)/g)];
    const counts = buckets.map(([, count]) => Number(count));
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBe(
      readValue(body, 'foyer_cloud_request_seconds_count{caller="public"}'),
    );
  });

  test("tells how far the features are behind the logs", async () => {
    const tenantId = await site.addTenant();
    await site.follow(tenantId);
    const before = readValue(
      (await get("/metrics", METRICS_TOKEN)).body,
      "foyer_cloud_events_behind",
    );
    const owner = await site.signUp();
    await owner.ask("POST", "/api/v1/branches", {
      ...{ name: "Bến Thành", timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] },
    });
    const after = (await get("/metrics", METRICS_TOKEN)).body;
    expect(readValue(after, "foyer_cloud_events_behind")).toBeGreaterThan(before ?? Infinity);
    expect(readValue(after, "foyer_cloud_tenants_behind")).toBeGreaterThan(0);
    expect(readValue(after, "foyer_cloud_ready")).toBe(1);
  });
});

describe("a process that drains", () => {
  test("says so, and answers all the same", async () => {
    const vitals = openVitals({ database: site.database });
    expect(await vitals.findFault()).toBeNull();
    vitals.beginDrain();
    expect(await vitals.findFault()).toBe("draining");
    expect(readValue(await vitals.write(), "foyer_cloud_ready")).toBe(0);
    vitals.close();
  });

  test("lets everybody go who waits for a change", async () => {
    const tenantId = await site.addTenant();
    const live = openLive({ database: site.database, log: pino({ level: "silent" }) });
    const watch = live.watch(tenantId);
    const waiting = watch.next({ milliseconds: 60_000 });
    live.drain();
    await waiting;
    // And whoever comes after.
    await watch.next({ milliseconds: 60_000 });
    expect(live.isDraining()).toBe(true);
    watch.close();
    await live.close();
  });
});

test("a process whose database is gone lives, is not ready, and tells its own figures", async () => {
  const cloud = await openTestCloud({ features: [] });
  const vitals = openVitals({ database: cloud.database });
  await cloud.close();
  expect(await vitals.findFault()).toBe("database");
  const told = await vitals.write();
  expect(readValue(told, "foyer_cloud_ready")).toBe(0);
  expect(readValue(told, "foyer_cloud_memory_bytes")).toBeGreaterThan(0);
  expect(told).not.toContain("foyer_cloud_events_behind");
  vitals.close();
});

describe("a worker", () => {
  const log = pino({ level: "silent" });

  test("tells at a port of its own how it is and what its queue holds, to whoever holds the token", async () => {
    const vitals = openVitals({ database: site.database });
    const worker = await startWorker({ ...site.jobContext, url: site.urls.jobs, jobs: [] });
    vitals.countJobsBy(worker.count);
    const options = { host: "127.0.0.1", vitals, metricsToken: METRICS_TOKEN, log };
    const told = await openWorkerPort({ ...options, port: 0 });
    const ask = (path: string, headers: Record<string, string> = {}) =>
      fetch(`http://127.0.0.1:${told.port}${path}`, { headers });
    expect(await (await ask("/health")).json()).toEqual({ alive: true });
    expect(await (await ask("/ready")).json()).toEqual({ ready: true });
    expect((await ask("/metrics")).status).toBe(401);
    expect((await ask("/api/v1/session")).status).toBe(404);
    const metrics = await ask("/metrics", { authorization: `Bearer ${METRICS_TOKEN}` });
    const text = await metrics.text();
    for (const state of ["due", "later", "at-work", "given-up"])
      expect(readValue(text, `foyer_cloud_jobs{state="${state}"}`)).not.toBeNull();
    vitals.beginDrain();
    expect((await ask("/ready")).status).toBe(503);
    // Taken: gone without, for its work does not hang on it.
    expect((await openWorkerPort({ ...options, port: told.port })).port).toBeNull();
    await told.close();
    await worker.close();
    vitals.close();
  });

  test("is asked for no port where it was given none", async () => {
    const vitals = openVitals({ database: site.database });
    const given = { host: "127.0.0.1", port: null, vitals, metricsToken: METRICS_TOKEN, log };
    expect((await openWorkerPort(given)).port).toBeNull();
    vitals.close();
  });
});
