import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { type Cluster, startCluster } from "../src/platform/cluster.ts";
import { openTestCloud, type TestCloud, type TestCloudOptions } from "./open-test-cloud.ts";

/** Debian's PostgreSQL, the oldest the schema has to run on. */
export const POSTGRESQL_15 = "/usr/lib/postgresql/15/bin";

export type OpenCloud = (options?: TestCloudOptions) => Promise<TestCloud>;

/**
 * Runs a suite on the run's own server and, where it is installed, on PostgreSQL 15 as well. A
 * server given by FOYER_TEST_DATABASE_URL stands alone.
 */
export function describeOnEngines(title: string, suite: (open: OpenCloud) => void): void {
  describe(`${title}, on the run's server`, () => suite(openTestCloud));
  const runs = existsSync(POSTGRESQL_15) && !process.env.FOYER_TEST_DATABASE_URL;
  describe.runIf(runs)(`${title}, on PostgreSQL 15`, () => {
    let cluster: Cluster;
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "foyer-test-15-"));
      cluster = await startCluster({ folder, binaries: POSTGRESQL_15, durable: false });
    });
    afterAll(async () => {
      await cluster?.close();
      await rm(folder, { recursive: true, force: true });
    });
    suite((options) =>
      openTestCloud({ ...options, administratorUrl: cluster.urlOf("postgres"), secret: null }),
    );
  });
}
