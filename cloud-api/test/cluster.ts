import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { type Cluster, startCluster } from "../src/platform/cluster.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The administrator's address of the server the tests run on. */
    foyerDatabaseUrl: string;
    /** What the roles' passwords are made from; "" where the server trusts its socket. */
    foyerDatabaseSecret: string;
  }
}

let cluster: Cluster | null = null;
let folder: string | null = null;

/**
 * One server for the whole run: the embedded PostgreSQL, unless FOYER_TEST_DATABASE_URL names the
 * administrator of another one.
 */
export async function setup(project: TestProject): Promise<void> {
  const given = process.env.FOYER_TEST_DATABASE_URL;
  if (given) {
    project.provide("foyerDatabaseUrl", given);
    project.provide("foyerDatabaseSecret", randomBytes(32).toString("base64url"));
    return;
  }
  folder = await mkdtemp(join(tmpdir(), "foyer-test-cluster-"));
  cluster = await startCluster({ folder, durable: false });
  project.provide("foyerDatabaseUrl", cluster.urlOf("postgres"));
  project.provide("foyerDatabaseSecret", "");
}

export async function teardown(): Promise<void> {
  await cluster?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
}
