import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { getPage } from "./describe.ts";
import { listTargets, makeVersion, putOn } from "./publish.ts";
import { insertPage, listPageHeads } from "./queries.ts";
import { pageChanged } from "./routes.ts";
import type { PageContent } from "./schema.ts";

/** Makes a page of the company that nobody of its staff wrote, and puts it on branches. */
export async function addStandingPage(
  tx: TenantTransaction,
  { content, branchIds }: { content: PageContent; branchIds: readonly string[] },
): Promise<NewEvent[]> {
  const id = newId();
  await insertPage(tx, { id, brandId: null, branchId: null, draft: content, by: null });
  const page = await getPage(tx, id);
  const targets = await listTargets(tx, page, { kind: "branches", branchIds: [...branchIds] });
  const made = await makeVersion(tx, page, { revision: page.revision, by: null });
  return [...(await putOn(tx, made, { page, targets })), pageChanged(tx, id)];
}

/** Whether the company ever made a page, archived ones counted. */
export async function hasPages(tx: TenantTransaction): Promise<boolean> {
  const heads = await listPageHeads(tx);
  return heads.length > 0;
}
