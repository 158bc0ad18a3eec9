import type { FastifyRequest } from "fastify";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { Changed, TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { tenantOf, unboundTenantOf } from "../../platform/session.ts";
import { listBranchNames } from "../branches/index.ts";
import { describePage, getPage } from "./describe.ts";
import { updateArchived } from "./queries.ts";
import { EDIT, lockEditable, NOT_YOURS, pageChanged, refusals, tags, writesOf } from "./routes.ts";
import { mayEdit, type Writes } from "./rules.ts";
import { PageParams, PageReply } from "./schema.ts";

export function registerArchive(routes: Routes, context: Context): void {
  const { database } = context;
  for (const [path, summary, isArchived] of [
    ["archive", "Put a page that stands nowhere out of the way", true],
    ["restore", "Take a page out of the archive", false],
  ] as const)
    routes.post(
      `/api/v1/pages/:pageId/${path}`,
      {
        config: EDIT,
        schema: { tags, summary, params: PageParams, response: { 200: PageReply, ...refusals } },
      },
      async (request) => {
        const id = request.params.pageId;
        const writes = writesOf(request, context);
        const seen = await readEditable(request, context, { id, writes });
        // Where it stands is asked of the whole company: a branch may have become another brand's.
        await database.changeTenant(unboundTenantOf(request), (tx) =>
          archive(tx, { id, writes, seen, isArchived }),
        );
        return database.readTenant(tenantOf(request), (tx) => describePage(tx, id, writes));
      },
    );
}

/** The branches in reach of somebody who may change the page; refuses whoever may not. */
async function readEditable(
  request: FastifyRequest,
  { database }: Context,
  { id, writes }: { id: string; writes: Writes },
): Promise<ReadonlySet<string>> {
  return database.readTenant(tenantOf(request), async (tx) => {
    const branches = await listBranchNames(tx);
    if (!mayEdit(await getPage(tx, id), writes, branches)) throw refuse("forbidden", NOT_YOURS);
    return new Set(branches.map((branch) => branch.id));
  });
}

type Archiving = { id: string; writes: Writes; seen: ReadonlySet<string>; isArchived: boolean };

/** Under the lock that putting it on a branch takes as well: of the two at once, one is refused. */
async function archive(
  tx: TenantTransaction,
  { id, writes, seen, isArchived }: Archiving,
): Promise<Changed<null>> {
  const row = await lockEditable(tx, id, writes);
  const { places, plansWaiting } = await describePage(tx, id, writes);
  if (isArchived && (places.length > 0 || plansWaiting > 0))
    throw refuse("conflict", sayWhere(places, { seen, plansWaiting }));
  const archivedAt = isArchived ? (row.archivedAt ?? tx.now) : null;
  await updateArchived(tx, { id, archivedAt });
  const before = { archivedAt: row.archivedAt };
  noteChange(tx, { kind: "pages", id, before, after: { archivedAt } });
  return { result: null, events: [pageChanged(tx, id)] };
}

type Place = { branchId: string; branchName: string };

/** Branches out of reach are not named. */
function sayWhere(
  places: readonly Place[],
  { seen, plansWaiting }: { seen: ReadonlySet<string>; plansWaiting: number },
): string {
  if (places.length === 0)
    return `It is planned to be shown (${plansWaiting}): call that off first.`;
  const first = places.find(({ branchId }) => seen.has(branchId));
  if (!first) return "It stands at a branch that is not yours: whoever's it is takes it off first.";
  const others = places.length > 1 ? ` and ${places.length - 1} more` : "";
  return `It stands at ${first.branchName}${others}: take it off there first.`;
}
