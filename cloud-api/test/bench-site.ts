import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startCluster } from "../src/platform/cluster.ts";
import { withClient } from "../src/platform/roles.ts";
import { enrolByCode } from "./box-calls.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Who the first company's owner signs in as. */
export const BENCH_OWNER = {
  email: "owner@example.test",
  password: "a long enough password for a bench",
};

export type BenchCompany = {
  tenantId: string;
  cookie: string;
  branchId: string;
  /** At its first branch, or at another. */
  addBox: (branchId?: string) => Promise<BenchBox>;
  ask: (method: string, path: string, content?: object) => Promise<unknown>;
  get: (path: string) => Promise<unknown>;
};

export type BenchBox = { tenantId: string; branchId: string; boxId: string; boxKey: string };

/** A cloud in a process of its own on a PostgreSQL that keeps what it acknowledges. */
export type BenchSite = BenchCompany & {
  origin: string;
  /** The administrator's address of the cloud's database. */
  databaseUrl: string;
  /** Another company, of whose people each calls from an address of their own. */
  addCompany: () => Promise<BenchCompany>;
  /** What the cloud's process and all of its PostgreSQL's have used so far. */
  readProcessorSeconds: () => { cloud: number; database: number };
  /** Resident, of the cloud's process. */
  readMemoryMebibytes: () => number;
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
    ...{ FOYER_TRUSTED_PROXIES: "127.0.0.1", DATABASE_URL: cluster.urlOf("foyer") },
  };
  const cloud = spawn(process.execPath, [join(ROOT, "cloud-api/src/main.ts")], {
    env: { PATH: process.env.PATH ?? "", ...environment },
    stdio: ["ignore", "ignore", "inherit"],
  });
  let companies = 0;
  const close = async () => {
    await stopProcess(cloud);
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitForCloud(origin, cloud);
    return {
      ...(await openCompany(origin, 0)),
      ...{ origin, databaseUrl: cluster.urlOf("foyer"), close },
      addCompany: () => {
        companies += 1;
        return openCompany(origin, companies);
      },
      readProcessorSeconds: () => ({
        cloud: readProcessorSeconds(cloud.pid ?? 0),
        database: readServerSeconds(folder),
      }),
      readMemoryMebibytes: () => readMemory(cloud.pid, "VmRSS") ?? 0,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

let callers = 0;

/** An address of its own for each call that a person makes: few at one address may come in at once. */
function nextAddress(): string {
  callers += 1;
  return `10.${(callers >> 16) & 255}.${(callers >> 8) & 255}.${callers & 255}`;
}

async function openCompany(origin: string, number: number): Promise<BenchCompany> {
  let cookie = "";
  const ask = async (method: string, path: string, content?: object): Promise<unknown> => {
    const answer = await fetch(`${origin}${path}`, {
      method,
      headers: {
        ...{ origin, cookie, "x-forwarded-for": nextAddress() },
        ...(content ? { "content-type": "application/json" } : {}),
      },
      ...(content ? { body: JSON.stringify(content) } : {}),
    });
    const given = answer.headers.getSetCookie().map((each) => each.split(";")[0]);
    if (given.length > 0) cookie = given.join("; ");
    const text = await answer.text();
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  };
  const { password } = BENCH_OWNER;
  const person = { name: "Owner", password, language: "vi" };
  const email = number === 0 ? BENCH_OWNER.email : `owner${number}@example.test`;
  const signedUp = { ...person, tenantName: "Foyer Café", email };
  const { tenantId } = (await ask("POST", "/api/v1/sign-up", signedUp)) as { tenantId: string };
  const place = { name: "Hồ Gươm", timeZone: "Asia/Ho_Chi_Minh", country: "VN" };
  const made = await ask("POST", "/api/v1/branches", { ...place, languages: ["vi", "en"] });
  const { id: branchId } = made as { id: string };
  return {
    ...{ tenantId, branchId, cookie },
    ask,
    get: (path) => ask("GET", path),
    addBox: async (at = branchId) => {
      const added = await ask("POST", `/api/v1/branches/${at}/boxes`, { name: "Box" });
      const { offer } = added as { offer: { enrolmentCode: string } };
      const headers = { "x-forwarded-for": nextAddress() };
      const { boxId, boxKey } = await enrolByCode(origin, offer.enrolmentCode, headers);
      return { tenantId, branchId: at, boxId, boxKey };
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
  readMemory: () => number | null;
  readProcessorSeconds: () => number;
  stop: () => Promise<void>;
};

/**
 * A box's state folder with a backlog, filled by the box's own code; `sealed`: it had met the cloud before,
 * and has sealed what is personal as it wrote it.
 */
export function fillBox(
  origin: string,
  box: BenchBox,
  { events, sealed = false }: { events: number; sealed?: boolean },
): string {
  const folder = mkdtempSync(join(tmpdir(), "foyer-bench-box-"));
  const { boxKey, ...identity } = box;
  const script = join(ROOT, "sync-agent/test/fill-outbox.ts");
  const identityJson = JSON.stringify({ ...identity, cloudUrl: origin });
  const options = [
    script,
    folder,
    String(events),
    identityJson,
    boxKey,
    ...(sealed ? ["sealed"] : []),
  ];
  const { status } = spawnSync(process.execPath, options, { stdio: "inherit" });
  if (status !== 0) throw new Error("the box's outbox was not filled");
  return folder;
}

/** What is waiting to be sent must not be thinned while it is measured. */
const OUTBOX_BYTES_MAX = 16 * 1024 ** 3;

/** The real sync agent, in a process of its own. */
export function startBenchAgent(folder: string): BenchAgent {
  const agent = spawn(process.execPath, [join(ROOT, "sync-agent/src/main.ts")], {
    env: {
      ...{ PATH: process.env.PATH ?? "", FOYER_STATE_FOLDER: folder, FOYER_LOG_LEVEL: "error" },
      FOYER_OUTBOX_BYTES_MAX: String(OUTBOX_BYTES_MAX),
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return {
    folder,
    readPeakMemory: () => readMemory(agent.pid, "VmHWM"),
    readMemory: () => readMemory(agent.pid, "VmRSS"),
    readProcessorSeconds: () => readProcessorSeconds(agent.pid ?? 0),
    stop: async () => {
      await stopProcess(agent);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** proc(5), in MiB: VmHWM is the peak resident set size, VmRSS the one of now. */
function readMemory(pid: number | undefined, field: "VmHWM" | "VmRSS"): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const [, kibibytes] = new RegExp(`${field}:\\s+(\\d+) kB`).exec(status) ?? [];
    return kibibytes === undefined ? null : Math.round(Number(kibibytes) / 102.4) / 10;
  } catch {
    return null;
  }
}

/** proc(5): utime and stime are the 14th and 15th fields, of children that have ended the next two. */
const TICKS_PER_SECOND = 100;

function readProcessorSeconds(pid: number, { withEnded = false } = {}): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = fields.slice(11, withEnded ? 15 : 13).map(Number);
    return ticks.reduce((sum, each) => sum + each, 0) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

/** The postmaster, its processes and those of them that have ended. */
function readServerSeconds(folder: string): number {
  const [path = ""] = globSync("**/postmaster.pid", { cwd: folder });
  const pid = Number(readFileSync(join(folder, path), "utf8").split("\n")[0]);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  return [...children]
    .map((child) => readProcessorSeconds(Number(child)))
    .reduce((sum, each) => sum + each, readProcessorSeconds(pid, { withEnded: true }));
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
