import { existsSync, readdirSync } from "node:fs";
import { copyFile, mkdtemp, rename, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BOX_API } from "@foyer/contract";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { enrolByCode, signBoxCall } from "../test/box-calls.ts";
import { POSTGRESQL_15 } from "../test/engines.ts";
import { dumpCloud, loadCloud, moveToServer } from "./carry.ts";
import { features } from "./features.ts";
import { type Cluster, startCluster } from "./platform/cluster.ts";
import { withClient } from "./platform/roles.ts";
import { prepareDatabase } from "./prepare.ts";
import { type Cloud, startCloud } from "./start.ts";

// From the embedded PostgreSQL to a server and to a file and back: to Debian's, where it is installed.

let folder: string;
let server: Cluster;
let boxKey: Awaited<ReturnType<typeof enrolByCode>>["boxKey"];
let before: Place;
const log = pino({ level: "silent" });
/** A start takes seconds, and half a minute on a machine that does a dozen other things. */
const MINUTES = 60_000;
const PERSON = { email: "lan@example.test", password: "cà phê sữa đá" };

type Place = Awaited<ReturnType<typeof look>>;

const start = (dataFolder: string, databaseUrl: string | null = null) =>
  startCloud({
    ...{ host: "127.0.0.1", port: 0, origin: null, role: "all", selfSignUp: true },
    ...{ logLevel: "silent", dataFolder, databaseUrl },
  });

async function ask<Body>(cloud: Cloud, path: string, body?: unknown, cookie = "") {
  const answer = await fetch(`${cloud.origin}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { origin: cloud.origin, cookie, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  const given = answer.headers.getSetCookie().map((each) => each.split(";")[0]);
  return { body: (await answer.json()) as Body, cookie: given.join("; ") };
}

/** What somebody who signs in finds, and whether the box is still known. */
async function look(cloud: Cloud) {
  const { cookie } = await ask(cloud, "/api/v1/session", PERSON);
  type Listed = { branches: { id: string; name: string }[] };
  const { body } = await ask<Listed>(cloud, "/api/v1/branches", undefined, cookie);
  const target = `${BOX_API.pull}?settings=0&wait=0`;
  const headers = signBoxCall(boxKey, { method: "GET", target });
  const pulled = await fetch(`${cloud.origin}${target}`, { headers });
  const branches = body.branches.map(({ id, name }) => ({ id, name }));
  return { branches, box: pulled.status };
}

const lookAt = async (dataFolder: string, databaseUrl: string | null = null) => {
  const cloud = await start(dataFolder, databaseUrl);
  const found = await look(cloud);
  await cloud.close();
  return found;
};

const inServer = async <T>(name: string, statement: string): Promise<T[]> =>
  withClient(server.urlOf(name), async (client) => (await client.query(statement)).rows as T[]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "foyer-carry-"));
  const binaries = existsSync(POSTGRESQL_15) ? { binaries: POSTGRESQL_15 } : {};
  server = await startCluster({ folder: join(folder, "server"), durable: false, ...binaries });
  const cloud = await start(join(folder, "here"));
  const person = { ...PERSON, name: "Lan", language: "vi", tenantName: `Quán "Gió" (\\,)` };
  const { cookie } = await ask(cloud, "/api/v1/sign-up", person);
  const place = { timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi", "en"] };
  const branch = { name: `Bến Thành\n"1", {2}`, ...place };
  const made = await ask<{ id: string }>(cloud, "/api/v1/branches", branch, cookie);
  const path = `/api/v1/branches/${made.body.id}/boxes`;
  type Made = { offer: { cloudUrl: string; enrolmentCode: string } };
  const { offer } = (await ask<Made>(cloud, path, { name: "Quầy" }, cookie)).body;
  boxKey = (await enrolByCode(offer.cloudUrl, offer.enrolmentCode)).boxKey;
  before = await look(cloud);
  await dumpCloud({ dataFolder: join(folder, "here"), databaseUrl: null }, join(folder, "file"));
  await cloud.close();
}, 3 * MINUTES);
afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

describe("the move to a server", () => {
  const dataFolder = () => join(folder, "here");
  const url = () => server.urlOf("foyer");

  test(
    "that fails leaves the server empty, and begins anew",
    async () => {
      await inServer("postgres", "create database foyer");
      // Whatever it is that the server refuses: the rows of the first tables are in by then.
      await prepareDatabase({ administratorUrl: url(), secret: null, features, log });
      await inServer("foyer", "alter table tenant_log add constraint never check (position < 0)");
      const moving = { dataFolder: dataFolder(), databaseUrl: url() };
      await expect(moveToServer(moving)).rejects.toThrow("never");
      const counts = await inServer<{ rows: number }>(
        "foyer",
        `select (select count(*) from branches) + (select count(*) from events) +
         (select count(*) from tenant_log) as rows`,
      );
      expect(Number(counts[0]?.rows)).toBe(0);
      expect(existsSync(join(dataFolder(), "postgres"))).toBe(true);
      await inServer("foyer", "alter table tenant_log drop constraint never");
    },
    3 * MINUTES,
  );

  test(
    "is refused while the cloud runs",
    async () => {
      const cloud = await start(dataFolder());
      const moving = moveToServer({ dataFolder: dataFolder(), databaseUrl: url() });
      await expect(moving).rejects.toThrow("Another process runs the database");
      await cloud.close();
    },
    3 * MINUTES,
  );

  test(
    "brings everything, counted, and the cloud goes on there with the same secrets",
    async () => {
      const moved = await moveToServer({ dataFolder: dataFolder(), databaseUrl: url() });
      expect(moved.tables).toBeGreaterThan(50);
      expect(moved.rows).toBeGreaterThan(20);
      // Foreign keys are as a new database has them.
      const open = await inServer("foyer", "select from pg_constraint where not convalidated");
      expect(open).toEqual([]);
      expect(await lookAt(dataFolder(), url())).toEqual(before);
    },
    4 * MINUTES,
  );

  test(
    "leaves what was moved under another name, and a server that holds something alone",
    async () => {
      await expect(moveToServer({ dataFolder: dataFolder(), databaseUrl: url() })).rejects.toThrow(
        "there is no embedded database to move",
      );
      const [former = ""] = readdirSync(dataFolder()).filter((name) => name.includes(".moved-"));
      await rename(join(dataFolder(), former), join(dataFolder(), "postgres"));
      const again = moveToServer({ dataFolder: dataFolder(), databaseUrl: url() });
      await expect(again).rejects.toThrow(/is not empty .*nothing was written/);
    },
    3 * MINUTES,
  );
});

describe("a back-up made while the cloud runs", () => {
  const load = (name: string, file = join(folder, "file")) =>
    loadCloud({ dataFolder: join(folder, name), databaseUrl: null }, file);

  test(
    "is for its owner alone, and lays nothing over what is there",
    async () => {
      expect((await stat(join(folder, "file"))).mode & 0o777).toBe(0o600);
      const place = { dataFolder: join(folder, "here"), databaseUrl: null };
      await expect(dumpCloud(place, join(folder, "file"))).rejects.toThrow("EEXIST");
    },
    3 * MINUTES,
  );

  test(
    "that was cut short is not taken, and the place stays as it was",
    async () => {
      const cut = join(folder, "cut");
      await copyFile(join(folder, "file"), cut);
      await truncate(cut, Math.floor((await stat(cut)).size * 0.9));
      await expect(load("restored", cut)).rejects.toThrow();
    },
    3 * MINUTES,
  );

  test(
    "makes an empty place the cloud that it was",
    async () => {
      const loaded = await load("restored");
      expect(loaded.rows).toBeGreaterThan(20);
      expect(await lookAt(join(folder, "restored"))).toEqual(before);
    },
    4 * MINUTES,
  );

  test(
    "is not laid over a cloud that is there",
    async () => {
      await expect(load("restored")).rejects.toThrow(/is not empty/);
      expect(await lookAt(join(folder, "restored"))).toEqual(before);
    },
    3 * MINUTES,
  );
});
