import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { inject } from "vitest";
import type { Feature } from "../src/feature.ts";
import { addTenant } from "../src/features/tenants/index.ts";
import { features as allFeatures } from "../src/features.ts";
import { type Followed, followTenant } from "../src/platform/cursors.ts";
import { type Database, openDatabase } from "../src/platform/db.ts";
import type { JobContext } from "../src/platform/jobs.ts";
import { openOutbound } from "../src/platform/outbound.ts";
import type { DatabaseUrls } from "../src/platform/roles.ts";
import { sealWith } from "../src/platform/sealing.ts";
import { prepareDatabase } from "../src/prepare.ts";
import { collectHooks, collectPermissions } from "../src/start.ts";
import { createTestDatabase } from "./test-database.ts";

export type TestCloudOptions = {
  /** Absent: the product's own. */
  features?: readonly Feature[];
  /** Where time stands at first; it moves only by `passSeconds`. Absent: the real time. */
  startsAt?: Date;
  /** Another server than the run's own. */
  administratorUrl?: string;
  secret?: string | null;
};

/** A database of its own with the whole schema, opened as the serving role. */
export type TestCloud = {
  database: Database;
  urls: DatabaseUrls;
  administratorUrl: string;
  /** What the passwords of the roles are made from, all over the server. */
  secret: string | null;
  clock: () => Date;
  /** What a job that is run by hand works with. */
  jobContext: JobContext;
  passSeconds: (seconds: number) => void;
  /** Makes a company and gives its id. */
  addTenant: (name?: string) => Promise<string>;
  /** Lets all features follow the tenant's log as far as they can. */
  follow: (tenantId: string) => Promise<Followed>;
  close: () => Promise<void>;
};

export async function openTestCloud(options: TestCloudOptions = {}): Promise<TestCloud> {
  const serverUrl = options.administratorUrl ?? inject("foyerDatabaseUrl");
  const secret =
    options.secret !== undefined ? options.secret : inject("foyerDatabaseSecret") || null;
  const features = options.features ?? allFeatures;
  // Somebody's own list of features has a schema of its own.
  const migrated = features === allFeatures;
  const { administratorUrl, drop } = await createTestDatabase({ serverUrl, secret, migrated });
  const log = pino({ level: "silent" });
  const urls = await prepareDatabase({ administratorUrl, secret, features, log });
  let passed = 0;
  const clock = () =>
    new Date((options.startsAt ? options.startsAt.getTime() : Date.now()) + passed * 1000);
  const database = await openDatabase({ url: urls.app, scopedUrl: urls.scoped, clock, log });
  return {
    database,
    urls,
    administratorUrl,
    secret,
    clock,
    jobContext: {
      ...{ database, log, clock, sealing: sealWith(randomBytes(32)) },
      outbound: openOutbound({ allowPrivate: true }),
      ...{ mailer: null, certificates: null, origin: () => "http://foyer.test" },
      ...{ hooks: collectHooks(features), permissions: collectPermissions(features) },
    },
    passSeconds: (seconds) => {
      passed += seconds;
    },
    addTenant: (tenantName = "Cà phê Sông Hương") =>
      database.inDirectory(async (tx) => (await addTenant(database, tx, tenantName)).tenantId),
    follow: (tenantId) => followTenant({ database, followers: features, log }, tenantId),
    close: async () => {
      await database.close();
      await drop();
    },
  };
}
