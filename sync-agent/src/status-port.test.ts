import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { BOX_KEY, makeBox, writeEvents } from "../test/box.ts";
import { startCloudDouble } from "../test/cloud-double.ts";
import { startSyncAgent } from "./agent.ts";
import { readConfig } from "./config.ts";

const startAgent = async (options: { statusPort: number; cloudUrl: string }) => {
  const box = makeBox();
  onTestFinished(box.remove);
  const { statusPort, cloudUrl } = options;
  const agent = await startSyncAgent({
    identity: { ...box.identity, cloudUrl },
    ...{ boxKey: BOX_KEY, logLevel: "silent", stateFolder: box.folder, statusPort },
    lookMilliseconds: 30,
  });
  onTestFinished(agent.close);
  return { box, agent };
};

const ask = (portNumber: number | null, path: string, host?: string) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const headers = host ? { host } : {};
    const asked = request({ host: "127.0.0.1", port: portNumber, path, headers }, (answer) => {
      let body = "";
      answer.on("data", (chunk) => {
        body += chunk;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    asked.on("error", reject);
    asked.end();
  });

test("whoever is on the box is told how it is: ready while the cloud answers", async () => {
  const cloud = await startCloudDouble({ boxKey: BOX_KEY });
  onTestFinished(cloud.close);
  const { agent } = await startAgent({ statusPort: 0, cloudUrl: cloud.origin });
  await vi.waitFor(async () => {
    const { status, body } = await ask(agent.statusPort, "/health");
    const { state, outbox, freeBytes } = JSON.parse(body);
    expect([status, state, outbox.events]).toEqual([200, "ready", 0]);
    expect(freeBytes).toBeGreaterThan(0);
  }, 20_000);
  const { body } = await ask(agent.statusPort, "/metrics");
  expect(body).toMatch(/^foyer_sync_outbox_bytes_max 268435456$/m);
  expect(body).toMatch(/^foyer_sync_fault\{part="push"\} 0$/m);
});

test("with the cloud cut off it says so in words, and counts what waits", async () => {
  const { agent, box } = await startAgent({ statusPort: 0, cloudUrl: "http://127.0.0.1:1" });
  writeEvents(box.store, 10);
  await vi.waitFor(async () => {
    const { status, body } = await ask(agent.statusPort, "/health");
    const { state, outbox, faults } = JSON.parse(body);
    expect([status, state, outbox.events]).toEqual([503, "degraded", 11]);
    expect(faults.map(({ part }: { part: string }) => part).sort()).toEqual(["pull", "push"]);
    expect(faults[0].words).toBe("out of reach: ECONNREFUSED");
  }, 20_000);
  const { body } = await ask(agent.statusPort, "/metrics");
  expect(body).toMatch(/^foyer_sync_outbox_events 11$/m);
  expect(body).toMatch(/^foyer_sync_info\{release="[0-9.]+"\} 1$/m);
  expect(body).toMatch(/^foyer_sync_fault\{part="push"\} 1$/m);
});

test("another host's name, another path and another method are refused", async () => {
  const { agent } = await startAgent({ statusPort: 0, cloudUrl: "http://127.0.0.1:1" });
  expect((await ask(agent.statusPort, "/health", "evil.example")).status).toBe(403);
  expect((await ask(agent.statusPort, "/")).status).toBe(404);
});

test("a port that is taken costs nothing but the status", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void other.close());
  const { port: statusPort } = other.address() as AddressInfo;
  const { agent } = await startAgent({ statusPort, cloudUrl: "http://127.0.0.1:1" });
  expect(agent.statusPort).toBeNull();
});

test("a bound that is too small and a port that is none are told together", () => {
  const read = readConfig({ FOYER_OUTBOX_BYTES_MAX: "1000", FOYER_SYNC_STATUS_PORT: "x" });
  const faults = read.kind === "faults" ? read.faults.join("\n") : "";
  expect(faults).toContain("FOYER_OUTBOX_BYTES_MAX");
  expect(faults).toContain("FOYER_SYNC_STATUS_PORT");
});
