import { listBlocksUnknownTo } from "@foyer/blocks";
import type { PageSettings } from "@foyer/contract";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import { enqueue } from "../../platform/jobs.ts";
import {
  type DocumentFault,
  findPagesFault,
  listBoxRows,
  listBranchNames,
  lockBrandsOf,
  savePages,
} from "../branches/index.ts";
import { holdMarks } from "../marks/index.ts";
import { listFaults } from "./content.ts";
import { placePage } from "./coverage.ts";
import { readWallTime } from "./preview.ts";
import type { PageRow } from "./queries.ts";
import type { PageContent, Target } from "./schema.ts";
import {
  deletePlacements,
  findVersion,
  insertPlan,
  insertVersion,
  putPlacements,
  updateVersion,
} from "./version-queries.ts";

export const PUBLISH_TASK = "pages.publish";

export type Branch = Awaited<ReturnType<typeof listBranchNames>>[number];
/** A version of a page, and who puts it somewhere; null: nobody of the staff. */
export type Made = { pageId: string; version: number; content: PageContent; by: string | null };

/** Whose page it is says where it may stand. */
export type PageOwner = Pick<PageRow, "brandId" | "branchId">;

/** Nobody's in particular: what stands somewhere is taken off there, whoever's branch it is by now. */
export const ANYWHERE: PageOwner = { brandId: null, branchId: null };

export function mayStandOn(
  page: PageOwner,
  branch: { id: string; brandId: string | null },
): boolean {
  if (page.branchId !== null) return page.branchId === branch.id;
  return page.brandId === null || page.brandId === branch.brandId;
}

/** The branches that somebody means, of those they reach and that the page is for, by name. */
export async function listTargets(
  tx: TenantTransaction,
  page: PageOwner,
  to: Target,
): Promise<Branch[]> {
  const reached = await listBranchNames(tx);
  const own = reached.filter((branch) => mayStandOn(page, branch));
  const targets = own.filter((branch) => isMeant(branch, to));
  if (to.kind === "branches") {
    const ids = new Set(targets.map(({ id }) => id));
    for (const [index, id] of to.branchIds.entries())
      if (!ids.has(id.toLowerCase()))
        throw refuse("not-found", "There is no such branch that this page may stand on.", {
          field: `/to/branchIds/${index}`,
        });
  }
  if (targets.length === 0)
    throw refuse("invalid", "There is no branch that this page could be put on.", { field: "/to" });
  return targets;
}

function isMeant(branch: Branch, to: Target): boolean {
  switch (to.kind) {
    case "all":
      return true;
    case "brand":
      return branch.brandId === to.brandId.toLowerCase();
    case "branches":
      return to.branchIds.some((id) => id.toLowerCase() === branch.id);
    default:
      throw new Error(`unknown target: ${to satisfies never}`);
  }
}

/** The draft as a version: the last one, where it says the same. */
export async function makeVersion(
  tx: TenantTransaction,
  row: PageRow,
  { revision, by }: { revision: number; by: string | null },
): Promise<Made> {
  const { id: pageId, draft: content } = row;
  if (row.revision !== revision)
    throw refuse("conflict", "Somebody saved this page meanwhile. Look at it again.");
  const [fault] = listFaults(content);
  if (fault)
    throw refuse("invalid", `The page cannot be shown: ${fault.field} ${fault.reason}.`, {
      field: fault.field,
    });
  if (!row.hasChanges) return { pageId, version: row.version, content, by };
  const version = row.version + 1;
  await insertVersion(tx, { pageId, version, content, by });
  await updateVersion(tx, { pageId, version });
  return { pageId, version, content, by };
}

export async function getVersion(
  tx: TenantTransaction,
  { pageId, version, by }: { pageId: string; version: number; by: string },
): Promise<Made> {
  const found = await findVersion(tx, { pageId, version });
  if (!found) throw refuse("not-found", "The page has no such version.");
  return { pageId, version, content: found.content, by };
}

/** Refuses what a branch's boxes or the company's records could not do justice to. */
export async function checkMade(
  tx: TenantTransaction,
  { content }: Made,
  targets: readonly Branch[],
): Promise<void> {
  for (const { branchId, name, release } of await listBoxRows(tx, null)) {
    const branch = targets.find(({ id }) => id === branchId);
    if (!branch || release === null) continue;
    const [lacking] = listBlocksUnknownTo(release, content.blocks);
    if (lacking)
      throw refuse(
        "conflict",
        `${branch.name}: its box ${name} runs release ${release}, which lacks the block ${lacking.kind}. Upgrade it, or leave the block out.`,
        { field: `/blocks/${lacking.index}` },
      );
  }
  for (const [kind, noun] of [
    ["group", "groups"],
    ["tag", "tags"],
    ["tier", "tiers"],
  ] as const) {
    const ids = content.when[noun] ?? [];
    const there = new Set(ids.length > 0 ? await holdMarks(tx, { kind, ids }) : []);
    const lost = ids.findIndex((id) => !there.has(id));
    if (lost >= 0)
      throw refuse("invalid", `The page is for a ${kind} that the company has no more.`, {
        field: `/when/${noun}/${lost}`,
      });
  }
}

/** One and the same page wherever it is put: it is written once then. */
function withPage({ pageId: id, version, content }: Made) {
  const page: PageSettings = { id, version, ...content };
  return (pages: readonly PageSettings[]): PageSettings[] => placePage(pages, page);
}

const idsOf = (targets: readonly Branch[]) => targets.map(({ id }) => id);

/**
 * Puts a version on branches, all or none: boxes that wait hear of it at once. Whose they are is looked at
 * once more, under the locks that whoever moves them to another brand waits for.
 */
export async function putOn(
  tx: TenantTransaction,
  made: Made,
  { page, targets }: { page: PageOwner; targets: readonly Branch[] },
): Promise<NewEvent[]> {
  const branchIds = idsOf(targets);
  const held = await lockBrandsOf(tx, branchIds);
  const moved = held.find((branch) => !mayStandOn(page, branch));
  const lost = targets.find(({ id }) => id === moved?.id);
  if (lost) throw refuse("conflict", `${lost.name} was moved to another brand meanwhile.`);
  await checkMade(tx, made, targets);
  const saved = await savePages(tx, branchIds, withPage(made));
  if (saved.kind === "not-found")
    throw refuse("not-found", `${nameOf(targets, saved)} is there no more.`);
  if (saved.kind === "invalid") throw refuseAt(targets, saved);
  const { pageId, version, by } = made;
  // One that says the same leaves the settings as they are, and when it was put there.
  await putPlacements(tx, { pageId, version, by, settingsVersions: saved.versions });
  return saved.events;
}

const nameOf = (targets: readonly Branch[], { branchId }: { branchId: string }): string =>
  targets.find(({ id }) => id === branchId)?.name ?? branchId;

function refuseAt(targets: readonly Branch[], fault: DocumentFault) {
  const { field, reason } = fault;
  const sentence = `${nameOf(targets, fault)} cannot show this page: ${field} ${reason}.`;
  return refuse("invalid", sentence, { field });
}

/** Has a version put on branches at a time on the clock of each. */
export async function planFor(
  tx: TenantTransaction,
  made: Made,
  { targets, at }: { targets: readonly Branch[]; at: string },
): Promise<void> {
  await checkMade(tx, made, targets);
  const fault = await findPagesFault(tx, idsOf(targets), withPage(made));
  if (fault) throw refuseAt(targets, fault);
  for (const branch of targets) {
    const dueAt = readWallTime(at, branch.timeZone);
    if (!dueAt) throw refuse("invalid", "There is no such day.", { field: "/at" });
    if (dueAt <= tx.now)
      throw refuse("invalid", `At ${branch.name} it is later than that already.`, { field: "/at" });
    const { pageId, version, by: madeBy } = made;
    const id = newId();
    await insertPlan(tx, { id, pageId, version, branchId: branch.id, dueAt, madeBy });
    await enqueue(tx, { task: PUBLISH_TASK, payload: { planId: id }, key: id, runAt: dueAt });
  }
}

/** Takes a page off branches; those it does not stand on are left as they are. */
export async function takeOff(
  tx: TenantTransaction,
  pageId: string,
  targets: readonly Branch[],
): Promise<NewEvent[]> {
  const branchIds = idsOf(targets);
  await lockBrandsOf(tx, branchIds);
  const saved = await savePages(tx, branchIds, (pages) => pages.filter(({ id }) => id !== pageId));
  if (saved.kind === "not-found")
    throw refuse("not-found", `${nameOf(targets, saved)} is there no more.`);
  if (saved.kind === "invalid") throw refuseAt(targets, saved);
  await deletePlacements(tx, { pageId, branchIds });
  return saved.events;
}
