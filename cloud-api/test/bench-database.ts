import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { pino } from "pino";
import { features } from "../src/features.ts";
import { startCluster } from "../src/platform/cluster.ts";
import { type Database, openDatabase } from "../src/platform/db.ts";
import { withClient } from "../src/platform/roles.ts";
import { prepareDatabase } from "../src/prepare.ts";

export type BenchDatabase = {
  /** As the serving role. */
  database: Database;
  /** As the administrator, whom row-level security lets pass. */
  client: Client;
  administratorUrl: string;
  /** Its own, gone in the end. */
  folder: string;
};

/** A cloud's database on a PostgreSQL that keeps what it acknowledges, there as long as the work takes. */
export async function onBenchDatabase(
  work: (bench: BenchDatabase) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "foyer-bench-"));
  const cluster = await startCluster({ folder });
  try {
    await withClient(cluster.urlOf("postgres"), (client) => client.query("create database foyer"));
    const administratorUrl = cluster.urlOf("foyer");
    const log = pino({ level: "silent" });
    const urls = await prepareDatabase({ administratorUrl, secret: null, features, log });
    const options = { url: urls.app, scopedUrl: urls.scoped, clock: () => new Date(), log };
    const database = await openDatabase(options);
    const client = new Client({ connectionString: administratorUrl });
    await client.connect();
    try {
      await work({ database, client, administratorUrl, folder });
    } finally {
      await client.end();
      await database.close();
    }
  } finally {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** That which `part` of the values, from 0 to 1, are not above; 0 where there are none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
