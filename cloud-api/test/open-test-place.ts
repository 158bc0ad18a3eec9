import { addBox, addBranch } from "../src/features/branches/index.ts";
import { storePush } from "../src/features/ingest/index.ts";
import { withClient } from "../src/platform/roles.ts";
import type { TestCloud } from "./open-test-cloud.ts";
import { makeTestBox, type TestBox } from "./test-box.ts";

/** A company with a branch and a box, spoken to without a web server. */
export type TestPlace = {
  tenantId: string;
  box: TestBox;
  /** Another branch of the same company, and its box. */
  addBox: (name: string) => Promise<TestBox>;
  /** Stores what a box tells, and lets every feature follow. */
  push: (events: readonly unknown[], from?: TestBox) => Promise<void>;
  /** As the administrator sees it, whatever the policies say. */
  query: <Row = Record<string, unknown>>(text: string) => Promise<Row[]>;
  /** How many rows of all the tenant's tables hold a text. */
  countRowsWith: (text: string) => Promise<number>;
};

export async function openTestPlace(cloud: TestCloud): Promise<TestPlace> {
  const tenantId = await cloud.addTenant();
  const add = (name: string) =>
    cloud.database.changeTenant(tenantId, async (tx) => {
      const place = { name, timeZone: "Asia/Ho_Chi_Minh", country: "VN" };
      const { result: branch, events } = await addBranch(tx, { ...place, languages: ["vi", "en"] });
      const added = await addBox(tx, { branchId: branch.id, name: "Box" });
      const box = makeTestBox({ tenantId, branchId: branch.id, boxId: added.result.boxId });
      return { result: box, events };
    });
  const box = await add("Hồ Gươm");
  const query: TestPlace["query"] = async <Row>(text: string) =>
    withClient(cloud.administratorUrl, async (client) => {
      const { rows } = await client.query(text.replaceAll("$tenant", `'${tenantId}'`));
      return rows as Row[];
    });
  return {
    tenantId,
    box,
    addBox: add,
    query,
    push: async (events, from = box) => {
      const caller = { tenantId, branchId: from.branchId, boxId: from.boxId };
      await storePush(cloud.database, caller, { epoch: from.epoch, events });
      await cloud.follow(tenantId);
    },
    countRowsWith: async (text) => {
      const tables = await query<{ name: string }>(
        `select table_name as name from information_schema.columns
         where table_schema = 'public' and column_name = 'tenant_id'`,
      );
      let found = 0;
      for (const { name } of tables) {
        const [row] = await query<{ n: number }>(
          `select count(*)::integer as n from "${name}" as row where tenant_id = $tenant
             and position('${text}' in lower(to_jsonb(row)::text)) > 0`,
        );
        found += row?.n ?? 0;
      }
      return found;
    },
  };
}
