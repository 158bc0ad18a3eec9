import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { type Cluster, startCluster } from "./cluster.ts";
import { withClient } from "./roles.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "foyer-cluster-"));
  return () => rm(folder, { recursive: true, force: true });
});

const ask = (cluster: Cluster, statement: string) =>
  withClient(cluster.urlOf("postgres"), async (client) => {
    const { rows } = await client.query<Record<string, unknown>>(statement);
    return rows;
  });

const askVersion = async (cluster: Cluster) =>
  String((await ask(cluster, "select version() as version"))[0]?.version);

/** kill -9 of the server itself, whose first line of this file is its process id (its manual, §73.1). */
async function killServer(clusterFolder: string): Promise<void> {
  const [pid] = (await readFile(join(clusterFolder, "postgres", "postmaster.pid"), "utf8")).split(
    "\n",
  );
  process.kill(Number(pid), "SIGKILL");
}

describe("the embedded PostgreSQL", () => {
  test("is PostgreSQL 18, and keeps what it holds over a restart", async () => {
    const first = await startCluster({ folder });
    expect(await askVersion(first)).toMatch(/^PostgreSQL 18/);
    await ask(first, "create table kept as select 42 as answer");
    await first.close();
    const second = await startCluster({ folder });
    const kept = await ask(second, "select answer from kept");
    await second.close();
    expect(kept).toEqual([{ answer: 42 }]);
  });

  test("listens on no port, and on a socket that only its owner reaches", async () => {
    const cluster = await startCluster({ folder, durable: false });
    const shown = await withClient(cluster.urlOf("postgres"), (client) =>
      client.query("select current_setting('listen_addresses') as addresses"),
    );
    const socketFolder = new URL(cluster.urlOf("postgres")).searchParams.get("host") ?? "";
    const { mode } = await stat(socketFolder);
    await cluster.close();
    expect(shown.rows).toEqual([{ addresses: "" }]);
    expect(mode & 0o077).toBe(0);
    expect(await readdir(socketFolder)).toEqual([]);
  });

  test("finds a short place for its socket when its folder's path is long", async () => {
    const deep = join(folder, "a".repeat(60), "b".repeat(60));
    const cluster = await startCluster({ folder: deep, durable: false });
    expect(await askVersion(cluster)).toMatch(/^PostgreSQL 18/);
    const socketFolder = new URL(cluster.urlOf("postgres")).searchParams.get("host") ?? "";
    expect(socketFolder.startsWith(tmpdir())).toBe(true);
    await cluster.close();
    expect(existsSync(socketFolder)).toBe(false);
  });

  test("says plainly when another process runs the same directory", async () => {
    const cluster = await startCluster({ folder, durable: false });
    const second = startCluster({ folder, durable: false, lockWaitSeconds: 0.3 });
    await expect(second).rejects.toThrow(`Another process runs the database in ${folder}`);
    expect(await askVersion(cluster)).toMatch(/^PostgreSQL/);
    await cluster.close();
  });

  test("goes down cleanly with a process that is killed, and starts again on the same directory", async () => {
    const script = `
      import { startCluster } from ${JSON.stringify(join(import.meta.dirname, "cluster.ts"))};
      const cluster = await startCluster({ folder: ${JSON.stringify(folder)} });
      process.stdout.write("ready");
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "close");
    const again = await startCluster({ folder });
    // A shutdown that was not clean would have to be recovered from.
    expect(again.lastWords()).toContain("database system was shut down");
    expect(again.lastWords()).not.toContain("was not properly shut down");
    await again.close();
  });

  test("starts the server again whenever it is killed, with what was committed, and stops it in between", async () => {
    const crashes: string[] = [];
    const onCrash = (lastWords: string) => crashes.push(lastWords);
    const cluster = await startCluster({ folder, onCrash });
    await ask(cluster, "create table kept as select 1 as number");
    for (const killed of [1, 2]) {
      await killServer(folder);
      const isUp = () => ask(cluster, "select number from kept").catch(() => null);
      await expect.poll(isUp, { timeout: 60_000 }).toEqual([{ number: 1 }]);
      expect(crashes.length).toBeGreaterThanOrEqual(killed);
    }
    await killServer(folder);
    await cluster.close();
    const again = await startCluster({ folder });
    expect(await ask(again, "select number from kept")).toEqual([{ number: 1 }]);
    await again.close();
  }, 120_000);

  test.runIf(process.getuid?.() === 0 && process.platform === "linux")(
    "runs as nobody where root may make no user namespace",
    async () => {
      await chmod(folder, 0o755);
      const cluster = await startCluster({ folder, durable: false, rootRunner: "setpriv" });
      expect(await askVersion(cluster)).toMatch(/^PostgreSQL 18/);
      const { uid } = await stat(join(folder, "postgres"));
      await cluster.close();
      expect(uid).toBe(65534);
    },
  );

  test.runIf(process.getuid?.() === 0 && process.platform === "linux")(
    "says what to do when nobody cannot enter the folder",
    async () => {
      const start = startCluster({ folder, durable: false, rootRunner: "setpriv" });
      await expect(start).rejects.toThrow("Choose another FOYER_DATA_FOLDER");
      expect(await readdir(folder)).toEqual([]);
    },
  );
});
