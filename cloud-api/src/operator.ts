import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CloudConfig } from "./config.ts";
import { normaliseEmail } from "./features/access/index.ts";
import { startCluster } from "./platform/cluster.ts";
import { withClient } from "./platform/roles.ts";

export type OperatorChange = { email: string; isOperator: boolean };

/** Makes somebody who has an account an operator, or takes it away. False when nobody has the address. */
export function setOperator(
  place: Pick<CloudConfig, "databaseUrl" | "dataFolder">,
  { email, isOperator }: OperatorChange,
): Promise<boolean> {
  return asAdministrator(place, (url) =>
    withClient(url, async (client) => {
      const { rows } = await client.query<{ found: boolean }>(
        "select directory.set_operator($1, $2) as found",
        [normaliseEmail(email), isOperator],
      );
      return rows[0]?.found ?? false;
    }),
  );
}

const DATABASE = "foyer";

/** The server of DATABASE_URL; else the embedded one, which the cloud has running, or which is started. */
export async function asAdministrator<T>(
  { databaseUrl, dataFolder }: Pick<CloudConfig, "databaseUrl" | "dataFolder">,
  work: (url: string) => Promise<T>,
): Promise<T> {
  if (databaseUrl) return work(databaseUrl);
  const socketFolder = join(dataFolder, "socket");
  if (existsSync(join(socketFolder, ".s.PGSQL.5432"))) {
    const host = encodeURIComponent(socketFolder);
    try {
      return await work(`postgres://foyer_admin@localhost/${DATABASE}?host=${host}`);
    } catch (error) {
      // A cloud that was killed leaves its socket behind.
      if ((error as { code?: unknown }).code !== "ECONNREFUSED") throw error;
    }
  }
  const cluster = await startCluster({ folder: dataFolder });
  try {
    return await work(cluster.urlOf(DATABASE));
  } finally {
    await cluster.close();
  }
}
