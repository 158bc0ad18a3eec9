import type { CloudConfig } from "./config.ts";
import { asAdministrator } from "./operator.ts";
import { withClient } from "./platform/roles.ts";

/**
 * Has the worker count all visits of a company anew, or of every one; gives of how many. Reports go on
 * saying what they do until each branch has been counted.
 */
export function askForRecounts(
  place: Pick<CloudConfig, "databaseUrl" | "dataFolder">,
  tenantId: string | null,
): Promise<number> {
  return asAdministrator(place, (url) =>
    withClient(url, async (client) => {
      const { rows } = await client.query(
        `select graphile_worker.add_job('reports.recount',
           json_build_object('tenantId', tenants.id, 'payload', json_build_object('all', true)),
           job_key => tenants.id || ':reports.recount:all')
         from directory.tenants as tenants where $1::uuid is null or tenants.id = $1::uuid`,
        [tenantId],
      );
      return rows.length;
    }),
  );
}
