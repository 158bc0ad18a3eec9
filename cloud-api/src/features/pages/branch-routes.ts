import { choosePage, isPageDue, listMisfits } from "@foyer/admission";
import type { PageSettings } from "@foyer/contract";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { findDocument, NO_BRANCH, refuseDocument, saveDocument } from "../branches/index.ts";
import { listWarnings } from "./coverage.ts";
import { describePage } from "./describe.ts";
import { readWallTime, sayWallTime } from "./preview.ts";
import { findPageRow, insertPage, listPageHeads } from "./queries.ts";
import { EDIT, pageChanged, READ, refusals, tags, writesOf } from "./routes.ts";
import { contentOf } from "./rules.ts";
import {
  AdoptParams,
  BranchPagesParams,
  BranchPagesReply,
  OrderBody,
  PageReply,
  TestBody,
  TestReply,
} from "./schema.ts";
import { insertVersion, putPlacements, updateVersion } from "./version-queries.ts";
import { findCustomerAsPerson, makeUpPerson } from "./viewers.ts";

const KEPT_ELSEWHERE = "Another branch, which you may not see, has this page too and keeps it.";

/** The pages of a branch: in their order, tried on somebody, and taken in from its settings. */
export function registerBranchPages(routes: Routes, context: Context): void {
  registerOrder(routes, context);
  registerTest(routes, context);
  registerAdopting(routes, context);
}

function registerOrder(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/branches/:id/pages",
    {
      config: READ,
      schema: {
        tags,
        summary: "The pages of a branch in the order they are tried, and what is wrong with it",
        params: BranchPagesParams,
        response: { 200: BranchPagesReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), (tx) => describeBranch(tx, request.params.id)),
  );
  routes.put(
    "/api/v1/branches/:id/pages",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Put the pages of a branch in another order",
        params: BranchPagesParams,
        body: OrderBody,
        response: { 200: BranchPagesReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const { id } = request.params;
        const { version, pageIds } = request.body;
        const order = (pages: readonly PageSettings[]) => sortPages(pages, pageIds);
        const saved = await saveDocument(
          tx,
          id,
          (document) => ({ ...document, pages: order(document.pages) }),
          version,
        );
        if (saved.kind === "not-found") throw refuse("not-found", NO_BRANCH);
        if (saved.kind === "invalid") throw refuseDocument(saved);
        return { result: await describeBranch(tx, id), events: saved.events };
      }),
  );
}

/** All of them and no other, each once: a list made from other pages is another list. */
function sortPages(pages: readonly PageSettings[], pageIds: readonly string[]): PageSettings[] {
  const sorted = pageIds.flatMap((id) => pages.find((page) => page.id === id.toLowerCase()) ?? []);
  if (sorted.length !== pages.length || pageIds.length !== pages.length)
    throw refuse("conflict", "The branch has other pages by now. Read them again.");
  return sorted;
}

async function describeBranch(tx: TenantTransaction, id: string): Promise<BranchPagesReply> {
  const found = await findDocument(tx, id);
  if (!found) throw refuse("not-found", NO_BRANCH);
  const { branch, pages, signIn } = found.document;
  const kept = new Set((await listPageHeads(tx)).map((row) => row.id));
  const { timeZone } = branch;
  return {
    ...{ version: found.version, timeZone, greet: signIn.greet, landingUrl: signIn.landingUrl },
    pages: pages.map(({ blocks: _blocks, ...page }) => ({ ...page, isKept: kept.has(page.id) })),
    warnings: listWarnings(pages, sayWallTime(tx.now, timeZone).slice(0, 10)),
  };
}

function registerTest(routes: Routes, context: Context): void {
  const { database } = context;
  routes.post(
    "/api/v1/branches/:id/page-test",
    {
      // It changes nothing: a body says more than an address holds.
      config: READ,
      schema: {
        tags,
        summary: "Which page somebody would see at a branch at a time, and why none before it",
        params: BranchPagesParams,
        body: TestBody,
        response: { 200: TestReply, ...refusals },
      },
    },
    async (request) => {
      const { at, customerId, person: madeUp = {} } = request.body;
      const { found, time } = await database.readTenant(tenantOf(request), async (tx) => ({
        found: await findDocument(tx, request.params.id),
        time: tx.now,
      }));
      if (!found) throw refuse("not-found", NO_BRANCH);
      const { branch, pages, signIn } = found.document;
      const { timeZone, languages } = branch;
      const now = at === undefined ? time : readWallTime(at, timeZone);
      if (!now) throw refuse("invalid", "There is no such day.", { field: "/at" });
      const { viewer, guestName } =
        customerId === undefined
          ? makeUpPerson(madeUp, { now, languages })
          : await findCustomerAsPerson(request, context, { customerId, branch });
      const moment = { now, timeZone };
      const chosen = choosePage(pages, viewer, moment);
      const arrival = { lastPageAt: null, hasOpenVisit: false };
      const { isReturning, visitNumber, language } = viewer;
      return {
        at: sayWallTime(now, timeZone),
        person: { name: guestName, isReturning, visitNumber, language },
        pageId: chosen?.id ?? null,
        isShown:
          !isReturning || isPageDue({ pages, greet: signIn.greet, viewer, ...arrival, ...moment }),
        pages: pages.map((page) => ({
          ...{ id: page.id, name: page.name, version: page.version },
          misfits: listMisfits(page, viewer, moment),
        })),
      };
    },
  );
}

function registerAdopting(routes: Routes, context: Context): void {
  const { database } = context;
  routes.post(
    "/api/v1/branches/:id/pages/:pageId/keep",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Keep a page of a branch's settings as a page to be edited: the branch's own",
        params: AdoptParams,
        response: { 200: PageReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const { id: branchId, pageId } = request.params;
        const by = staffOf(request).staffId;
        const found = await findDocument(tx, branchId);
        if (!found) throw refuse("not-found", NO_BRANCH);
        const page = found.document.pages.find(({ id }) => id === pageId.toLowerCase());
        if (!page) throw refuse("not-found", "The branch's settings have no such page.");
        const { id, version } = page;
        const content = contentOf(page);
        // Kept before, by whoever was faster; of a page on several branches, there perhaps.
        if (await insertPage(tx, { id, brandId: null, branchId, draft: content, by })) {
          await insertVersion(tx, { pageId: id, version, content, by });
          await updateVersion(tx, { pageId: id, version });
          // It was there before anybody kept it: every box that holds these settings has it.
          const settingsVersions = new Map([[branchId, 1]]);
          await putPlacements(tx, { pageId: id, version, by: null, settingsVersions });
        }
        if (!(await findPageRow(tx, id))) throw refuse("conflict", KEPT_ELSEWHERE);
        noteChange(tx, { kind: "pages", id, before: null, after: { branchId, version } });
        const result = await describePage(tx, id, writesOf(request, context));
        return { result, events: [pageChanged(tx, id)] };
      }),
  );
}
