import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { BOX_API, type PushRequest } from "@foyer/contract";
import { expect, onTestFinished, test } from "vitest";
import { BOX_KEY } from "../test/box.ts";
import { TERMS } from "../test/cloud-double.ts";

const FILL = join(import.meta.dirname, "../test/fill-outbox.ts");
const MAIN = join(import.meta.dirname, "main.ts");
const IDS = {
  tenantId: "01990000-0000-7000-8000-000000000001",
  branchId: "01990000-0000-7000-8000-000000000002",
  boxId: "01990000-0000-7000-8000-000000000003",
};
/** What the collector leaves lying about differs by more than a backlog may cost. */
const NOISE_MEBIBYTES = 100;

type Sink = { origin: string; count: () => number; heard: () => Promise<unknown> };

/** Takes whatever comes, keeps nothing, and names positions. */
async function startSink(): Promise<Sink> {
  let position = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.url === BOX_API.report)
      return response.end(JSON.stringify({ now: new Date().toISOString() }));
    if (request.url !== BOX_API.events) return response.writeHead(204).end();
    const body = Buffer.concat(chunks);
    const isZstd = request.headers["content-encoding"] === "zstd";
    const json = isZstd ? zstdDecompressSync(body) : gunzipSync(body);
    const { epoch, events } = JSON.parse(json.toString()) as PushRequest;
    const acknowledged = events.map(({ seq }) => {
      position += 1;
      return { from: seq, to: seq, position };
    });
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ epoch, acknowledged, setAside: [], terms: TERMS }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, count: () => position, heard: () => once(server, "request") };
}

/** The most memory the agent held while it emptied a backlog, in MiB. */
async function measurePeak(events: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "foyer-memory-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const sink = await startSink();
  const identity = JSON.stringify({ ...IDS, cloudUrl: sink.origin });
  spawnSync(process.execPath, [FILL, folder, String(events), identity, BOX_KEY]);
  const environment = { FOYER_STATE_FOLDER: folder, FOYER_LOG_LEVEL: "silent" };
  const agent = spawn(process.execPath, [MAIN], { env: { ...process.env, ...environment } });
  while (sink.count() < events) await sink.heard();
  const status = readFileSync(`/proc/${agent.pid}/status`, "utf8");
  const ended = once(agent, "exit");
  agent.kill("SIGTERM");
  await ended;
  // proc(5): the peak of the resident set.
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

test.skipIf(!existsSync("/proc/self/status"))(
  "the agent's memory does not grow with the backlog",
  { timeout: 600_000 },
  async () => {
    const little = await measurePeak(96_000);
    const much = await measurePeak(384_000);
    console.info(`${Math.round(little)} MiB, and ${Math.round(much)} MiB of four times as much`);
    expect(much - little).toBeLessThan(NOISE_MEBIBYTES);
  },
);
