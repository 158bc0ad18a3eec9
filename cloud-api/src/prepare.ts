import { join } from "node:path";
import type { Logger } from "pino";
import type { Feature } from "./feature.ts";
import { migrateJobs } from "./platform/jobs.ts";
import { migrate } from "./platform/migrate.ts";
import { type DatabaseUrls, prepareRoles } from "./platform/roles.ts";

export type PrepareDatabaseOptions = {
  /** The administrator's, of the database that Foyer is to use. */
  administratorUrl: string;
  /** What the passwords of Foyer's own roles are made from; null where the socket is trusted. */
  secret: string | null;
  features: readonly Feature[];
  log: Logger;
  /** Absent: every migration of this release. */
  only?: ReadonlySet<string>;
};

/** Roles, schema and job queue: afterwards the database can be served. */
export async function prepareDatabase(options: PrepareDatabaseOptions): Promise<DatabaseUrls> {
  const { administratorUrl, secret, features, log, only } = options;
  const urls = await prepareRoles({ administratorUrl, secret });
  const folders = [
    { name: "platform", folder: join(import.meta.dirname, "platform", "migrations") },
    ...features.flatMap(({ name, migrations }) =>
      migrations ? [{ name, folder: migrations }] : [],
    ),
  ];
  const ran = await migrate(urls.owner, folders, only);
  if (ran.length > 0) log.info({ migrations: ran }, "database brought up to date");
  await migrateJobs(urls.jobs, log);
  return urls;
}
