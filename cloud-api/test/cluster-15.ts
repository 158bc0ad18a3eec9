import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { type Cluster, startCluster } from "../src/platform/cluster.ts";

/** The same place as in engines.ts, which cannot be imported outside a test. */
const POSTGRESQL_15 = "/usr/lib/postgresql/15/bin";

let cluster: Cluster | null = null;
let folder: string | null = null;

/** The same as cluster.ts, on Debian's PostgreSQL. */
export async function setup(project: TestProject): Promise<void> {
  if (!existsSync(POSTGRESQL_15))
    throw new Error(`${POSTGRESQL_15} is missing: install Debian's package postgresql`);
  folder = await mkdtemp(join(tmpdir(), "foyer-test-cluster-15-"));
  cluster = await startCluster({ folder, binaries: POSTGRESQL_15, durable: false });
  project.provide("foyerDatabaseUrl", cluster.urlOf("postgres"));
  project.provide("foyerDatabaseSecret", "");
}

export async function teardown(): Promise<void> {
  await cluster?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
}
