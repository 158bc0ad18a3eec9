import type { FastifyRequest } from "fastify";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { Changed, TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import { findReach } from "../../platform/rights.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { listBranchNames } from "../branches/index.ts";
import { nameStaff } from "../customers/index.ts";
import { listBrands } from "../tenants/index.ts";
import { listFaults, weigh } from "./content.ts";
import { describePage, describePages, getPage, NO_PAGE } from "./describe.ts";
import { findPlaceOf } from "./look.ts";
import { nameForms, settleForms } from "./picture-forms.ts";
import { insertPage, lockPageRow, type PageRow, updateDraft } from "./queries.ts";
import { isSameContent, mayEdit, type Owned, type Writes } from "./rules.ts";
import {
  DraftBody,
  DraftReply,
  NewPageBody,
  PageParams,
  PageReply,
  PagesReply,
  VersionParams,
  VersionReply,
} from "./schema.ts";
import { findVersion } from "./version-queries.ts";

export const TAG = { name: "pages", description: "The pages guests see, and where each stands" };
export const tags = [TAG.name];
export const refusals = { "4xx": ErrorReply };
export const READ = { access: { permission: "pages.read" } };
export const EDIT = { access: { permission: "pages.edit" } };
/** Pictures stand within a page: as many as it may have, written as base64. */
export const PAGE_BYTES_MAX = 1.5 * 1024 * 1024;

export const NOT_YOURS =
  "This page belongs to more branches than your role covers. Make a copy of it.";
const STALE = "Somebody saved this page meanwhile. Read it again and repeat the change.";

export function registerPages(routes: Routes, context: Context): void {
  registerReading(routes, context);
  registerNew(routes, context);
  registerDraft(routes, context);
}

function registerReading(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/pages",
    {
      config: READ,
      schema: {
        tags,
        summary: "Every page of the company, of its brands and of the branches in reach",
        response: { 200: PagesReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), (tx) => describePages(tx, writesOf(request, context))),
  );
  routes.get(
    "/api/v1/pages/:pageId",
    {
      config: READ,
      schema: {
        tags,
        summary: "A page: its draft, its versions, where it stands and what is planned",
        params: PageParams,
        response: { 200: PageReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), (tx) =>
        describePage(tx, request.params.pageId, writesOf(request, context)),
      ),
  );
  routes.get(
    "/api/v1/pages/:pageId/versions/:version",
    {
      config: READ,
      schema: {
        tags,
        summary: "What a version of a page says",
        params: VersionParams,
        response: { 200: VersionReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        // Whose page it is says who may read it: a version says nothing of that.
        await getPage(tx, request.params.pageId);
        const found = await findVersion(tx, request.params);
        if (!found) throw refuse("not-found", "The page has no such version.");
        const { version, content, madeAt, madeBy } = found;
        const names = await nameStaff(tx, [{ staffId: madeBy }]);
        const by = names.get(madeBy ?? "") ?? null;
        return { version, content: nameForms(content), madeAt: madeAt.toISOString(), madeBy: by };
      }),
  );
}

function registerNew(routes: Routes, context: Context): void {
  const { database } = context;
  routes.post(
    "/api/v1/pages",
    {
      config: EDIT,
      bodyLimit: PAGE_BYTES_MAX,
      schema: {
        tags,
        summary: "Make a page: a draft that no guest sees yet",
        body: NewPageBody,
        response: { 201: PageReply, ...refusals },
      },
    },
    async (request, reply) => {
      const { brandId = null, branchId = null } = request.body;
      const content = settleForms(request.body.content, null);
      const by = staffOf(request).staffId;
      const page = await database.changeTenant(tenantOf(request), async (tx) => {
        const owned = { brandId: toId(brandId), branchId: toId(branchId) };
        const writes = writesOf(request, context);
        await checkOwner(tx, owned, writes);
        const id = newId();
        await insertPage(tx, { id, ...owned, draft: content, by });
        noteChange(tx, { kind: "pages", id, before: null, after: content });
        return { result: await describePage(tx, id, writes), events: [pageChanged(tx, id)] };
      });
      return reply.code(201).send(page);
    },
  );
}

const toId = (id: string | null) => id?.toLowerCase() ?? null;

/** A page is of a brand or a branch that there is, and that whoever makes it reaches as a whole. */
async function checkOwner(tx: TenantTransaction, owned: Owned, writes: Writes): Promise<void> {
  const { brandId, branchId } = owned;
  if (brandId !== null && branchId !== null)
    throw refuse("invalid", "A page is a brand's or a branch's, not both.", { field: "/branchId" });
  const branches = await listBranchNames(tx);
  if (branchId !== null && !branches.some(({ id }) => id === branchId))
    throw refuse("not-found", "There is no such branch.", { field: "/branchId" });
  if (brandId !== null && !(await listBrands(tx)).some(({ id }) => id === brandId))
    throw refuse("not-found", "The company has no brand with this id.", { field: "/brandId" });
  if (!mayEdit(owned, writes, branches))
    throw refuse(
      "forbidden",
      "Say whose page it is: your role covers some branches, not the company.",
    );
}

function registerDraft(routes: Routes, context: Context): void {
  const { database } = context;
  routes.put(
    "/api/v1/pages/:pageId/draft",
    {
      config: EDIT,
      bodyLimit: PAGE_BYTES_MAX,
      schema: {
        tags,
        summary: "Save the draft of a page, made from a revision of it; guests see nothing of it",
        params: PageParams,
        body: DraftBody,
        response: { 200: DraftReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), (tx) =>
        saveDraft(tx, {
          ...{ id: request.params.pageId, by: staffOf(request).staffId },
          writes: writesOf(request, context),
          ...{ revision: request.body.revision, content: request.body.content },
        }),
      ),
  );
}

type DraftSaved = DraftBody & { id: string; by: string; writes: Writes };

/** One that says the same changes nothing, whichever revision it was made from. */
async function saveDraft(
  tx: TenantTransaction,
  { id, by, writes, revision, content: sent }: DraftSaved,
): Promise<Changed<DraftReply>> {
  const row = await lockEditable(tx, id, writes);
  const content = settleForms(sent, row.draft);
  const place = await findPlaceOf(tx, row);
  const told = { faults: listFaults(content), weight: weigh(content, { place, now: tx.now }) };
  if (isSameContent(row.draft, content)) {
    noteChange(tx, { kind: "pages", id, before: null, after: null });
    const changedAt = row.changedAt.toISOString();
    return { result: { revision: row.revision, changedAt, ...told }, events: [] };
  }
  if (row.revision !== revision) throw refuse("conflict", STALE);
  if (row.archivedAt) throw refuse("conflict", "This page is archived. Take it out first.");
  await updateDraft(tx, { id, draft: content, revision: revision + 1, by });
  noteChange(tx, { kind: "pages", id, before: row.draft, after: content });
  const changedAt = tx.now.toISOString();
  return { result: { revision: revision + 1, changedAt, ...told }, events: [] };
}

/** The page under the lock of its row, where whoever asks may change it. */
export async function lockEditable(
  tx: TenantTransaction,
  id: string,
  writes: Writes,
): Promise<PageRow> {
  const row = await lockPageRow(tx, id);
  if (!row) throw refuse("not-found", NO_PAGE);
  if (!mayEdit(row, writes, await listBranchNames(tx))) throw refuse("forbidden", NOT_YOURS);
  return row;
}

/** How far whoever asks may write pages. */
export function writesOf(request: FastifyRequest, { permissions }: Context): Writes {
  return findReach(staffOf(request).grants, EDIT.access.permission, permissions);
}

/** Moves the log, which wakes the screens. */
export function pageChanged(tx: TenantTransaction, pageId: string): NewEvent {
  const common = { version: 1, branchId: null, origin: null, personal: {} };
  return { id: newId(), type: "page.changed", occurredAt: tx.now, payload: { pageId }, ...common };
}
