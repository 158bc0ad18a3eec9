import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startCluster } from "../src/platform/cluster.ts";
import { withClient } from "../src/platform/roles.ts";
import { enrolByCode } from "./box-calls.ts";

const ROOT = join(import.meta.dirname, "../..");

export type BenchBox = { tenantId: string; branchId: string; boxId: string; boxKey: string };

/** A cloud in a process of its own on a PostgreSQL that keeps what it acknowledges. */
export type BenchSite = {
  origin: string;
  /** The administrator's address of the cloud's database. */
  databaseUrl: string;
  cookie: string;
  branchId: string;
  addBox: () => Promise<BenchBox>;
  get: (path: string) => Promise<unknown>;
  /** What the cloud's process holds now, in MiB; null where the system does not tell. */
  readMemory: () => number | null;
  close: () => Promise<void>;
};

/** `role`: `web` stores what comes in, and leaves what follows the log to a worker elsewhere. */
export async function startBenchSite({ role }: { role: "web" | "all" }): Promise<BenchSite> {
  const folder = mkdtempSync(join(tmpdir(), "foyer-bench-"));
  const cluster = await startCluster({ folder });
  await withClient(cluster.urlOf("postgres"), (client) => client.query("create database foyer"));
  const port = await findFreePort();
  const origin = `http://127.0.0.1:${port}`;
  const environment = {
    ...{ FOYER_DATA_FOLDER: join(folder, "cloud"), FOYER_CLOUD_PORT: String(port) },
    ...{ FOYER_LOG_LEVEL: "error", FOYER_SELF_SIGN_UP: "on", FOYER_CLOUD_ROLE: role },
    DATABASE_URL: cluster.urlOf("foyer"),
  };
  const cloud = spawn(process.execPath, [join(ROOT, "cloud-api/src/main.ts")], {
    env: { PATH: process.env.PATH ?? "", ...environment },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const close = async () => {
    await stopProcess(cloud);
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitForCloud(origin, cloud);
    const readMemory = () => readMebibytes(cloud.pid, "VmRSS");
    return { ...(await enter(origin)), readMemory, databaseUrl: cluster.urlOf("foyer"), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function enter(
  origin: string,
): Promise<Omit<BenchSite, "databaseUrl" | "readMemory" | "close">> {
  let cookie = "";
  const ask = async (method: string, path: string, content?: object): Promise<unknown> => {
    const answer = await fetch(`${origin}${path}`, {
      method,
      headers: { origin, cookie, ...(content ? { "content-type": "application/json" } : {}) },
      ...(content ? { body: JSON.stringify(content) } : {}),
    });
    const [given] = answer.headers.getSetCookie();
    if (given) cookie = given.split(";")[0] ?? "";
    const text = await answer.text();
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  };
  const person = { name: "Owner", password: "a long enough password for a bench", language: "vi" };
  const signedUp = { ...person, tenantName: "Foyer Café", email: "owner@example.test" };
  const { tenantId } = (await ask("POST", "/api/v1/sign-up", signedUp)) as { tenantId: string };
  const place = { name: "Hồ Gươm", timeZone: "Asia/Ho_Chi_Minh", country: "VN" };
  const made = await ask("POST", "/api/v1/branches", { ...place, languages: ["vi", "en"] });
  const { id: branchId } = made as { id: string };
  return {
    ...{ origin, branchId, cookie },
    get: (path) => ask("GET", path),
    addBox: async () => {
      const added = await ask("POST", `/api/v1/branches/${branchId}/boxes`, { name: "Box" });
      const { offer } = added as { offer: { enrolmentCode: string } };
      const { boxId, boxKey } = await enrolByCode(origin, offer.enrolmentCode);
      return { tenantId, branchId, boxId, boxKey };
    },
  };
}

async function waitForCloud(origin: string, cloud: ChildProcess): Promise<void> {
  const until = Date.now() + 120_000;
  while (Date.now() < until && cloud.exitCode === null) {
    const answer = await fetch(origin).catch(() => null);
    if (answer) return;
    await sleep(100);
  }
  throw new Error("the cloud did not come up");
}

export type BenchAgent = {
  folder: string;
  /** The most memory it ever held, in MiB; null where the system does not tell. */
  readPeakMemory: () => number | null;
  stop: () => Promise<void>;
};

/** A box's state folder with a backlog, filled by the box's own code. */
export function fillBox(origin: string, box: BenchBox, events: number): string {
  const folder = mkdtempSync(join(tmpdir(), "foyer-bench-box-"));
  const { boxKey, ...identity } = box;
  const script = join(ROOT, "sync-agent/test/fill-outbox.ts");
  const identityJson = JSON.stringify({ ...identity, cloudUrl: origin });
  const options = [script, folder, String(events), identityJson, boxKey];
  const { status } = spawnSync(process.execPath, options, { stdio: "inherit" });
  if (status !== 0) throw new Error("the box's outbox was not filled");
  return folder;
}

/** The real sync agent, in a process of its own. */
export function startBenchAgent(folder: string): BenchAgent {
  const agent = spawn(process.execPath, [join(ROOT, "sync-agent/src/main.ts")], {
    env: { PATH: process.env.PATH ?? "", FOYER_STATE_FOLDER: folder, FOYER_LOG_LEVEL: "error" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return {
    folder,
    readPeakMemory: () => readMebibytes(agent.pid, "VmHWM"),
    stop: async () => {
      await stopProcess(agent);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** proc(5): VmRSS, the resident set size, and VmHWM, the peak of it. */
function readMebibytes(pid: number | undefined, name: "VmRSS" | "VmHWM"): number | null {
  try {
    const line = new RegExp(`${name}:\\s+(\\d+) kB`);
    const [, kibibytes] = line.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kibibytes === undefined ? null : Math.round(Number(kibibytes) / 1024);
  } catch {
    return null;
  }
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address === "object" && address !== null) return address.port;
  throw new Error("no port is free");
}
