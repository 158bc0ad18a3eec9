import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import {
  type BoxRow,
  countStandings,
  listBoxRows,
  listBranchNames,
  listStandings,
  type StandingPage,
} from "../branches/index.ts";
import { nameStaff } from "../customers/index.ts";
import { listFaults, weigh } from "./content.ts";
import { findPlaceOf } from "./look.ts";
import { nameForms } from "./picture-forms.ts";
import { findPageRow, listPageHeads, type PageHead, type PageRow } from "./queries.ts";
import { mayEdit, stateOf, type Writes } from "./rules.ts";
import type { PageItem, PageReply, PagesReply, PlaceReply } from "./schema.ts";
import {
  listPlacements,
  listPlans,
  listVersions,
  type PlacementRow,
  type PlanRow,
  type VersionHead,
} from "./version-queries.ts";

export const NO_PAGE = "There is no such page. It may be another branch's.";

type Branches = Awaited<ReturnType<typeof listBranchNames>>;
type Names = ReadonlyMap<string, string>;

export async function describePages(tx: TenantTransaction, writes: Writes): Promise<PagesReply> {
  const rows = await listPageHeads(tx);
  const branches = await listBranchNames(tx);
  const standing = await countStandings(tx);
  const waiting = Map.groupBy(await listPlans(tx, null), ({ pageId }) => pageId);
  const names = await nameStaff(
    tx,
    rows.map(({ changedBy: staffId }) => ({ staffId })),
  );
  const pages = rows.map((row): PageItem => {
    const counts = {
      standsAt: standing.get(row.id) ?? 0,
      plansWaiting: waiting.get(row.id)?.length ?? 0,
    };
    return { ...summarise(row, { counts, branches, writes, names }), when: row.when };
  });
  return { pages, nextCursor: null, total: pages.length };
}

type Told = {
  branches: Branches;
  counts: { standsAt: number; plansWaiting: number };
  writes: Writes;
  names: Names;
};

function summarise(row: PageHead, { counts, branches, writes, names }: Told) {
  const { id, name, brandId, branchId, revision, version, hasChanges, archivedAt } = row;
  return {
    ...{ id, name, brandId, branchId, revision, version, hasChanges },
    ...{ state: stateOf({ archivedAt, ...counts }), ...counts },
    mayEdit: mayEdit(row, writes, branches),
    changedAt: row.changedAt.toISOString(),
    changedBy: names.get(row.changedBy ?? "") ?? null,
    archivedAt: archivedAt?.toISOString() ?? null,
  };
}

export async function describePage(
  tx: TenantTransaction,
  id: string,
  writes: Writes,
): Promise<PageReply> {
  const row = await getPage(tx, id);
  const branches = await listBranchNames(tx);
  const placements = await listPlacements(tx, id);
  const standing = await listStandings(tx, { pageId: id, put: placements });
  const versions = await listVersions(tx, id);
  const plans = await listPlans(tx, id);
  const said = [
    ...[row.changedBy, ...placements.map(({ placedBy }) => placedBy)],
    ...[...versions, ...plans].map(({ madeBy }) => madeBy),
  ];
  const names = await nameStaff(
    tx,
    said.map((staffId) => ({ staffId })),
  );
  const placedAt = new Map(placements.map((each) => [each.branchId, each]));
  const waiting = plans.filter(({ state }) => state === "waiting");
  const counts = { standsAt: standing.length, plansWaiting: waiting.length };
  const boxes = Map.groupBy(await listBoxRows(tx, null), ({ branchId }) => branchId);
  return {
    ...summarise(row, { counts, branches, writes, names }),
    draft: nameForms(row.draft),
    faults: listFaults(row.draft),
    weight: weigh(row.draft, { place: await findPlaceOf(tx, row), now: tx.now }),
    versions: versions.map(({ version, madeAt, madeBy }) => ({
      version,
      madeAt: madeAt.toISOString(),
      madeBy: names.get(madeBy ?? "") ?? null,
      branches: standing.filter((each) => each.version === version).length,
    })),
    places: standing.map((each) => {
      const placed = placedAt.get(each.branchId);
      return describePlace(each, { placed, versions, names, boxes: boxes.get(each.branchId) });
    }),
    plans: plans.map((plan) => describePlan(plan, { branches, names })),
  };
}

type PlaceTold = {
  placed: PlacementRow | undefined;
  versions: readonly VersionHead[];
  names: Names;
  boxes: readonly BoxRow[] | undefined;
};

function describePlace(
  { branchId, branchName, version, contentHash }: StandingPage,
  { placed, versions, names, boxes = [] }: PlaceTold,
): PlaceReply {
  const ours = placed?.version === version ? placed : undefined;
  const made = versions.find((each) => each.version === version);
  return {
    ...{ branchId, branchName, version },
    placedAt: ours?.placedAt.toISOString() ?? null,
    placedBy: names.get(ours?.placedBy ?? "") ?? null,
    isChanged: contentHash !== null && made?.contentHash !== contentHash,
    boxes: boxes
      .filter(({ enrolledAt }) => enrolledAt !== null)
      .map(({ id, name, settingsVersion, settingsFault, lastContactAt }) => {
        const hasTaken = settingsVersion >= (ours?.settingsVersion ?? 1);
        return {
          ...{ id, name, hasTaken, fault: hasTaken ? null : settingsFault },
          lastContactAt: lastContactAt?.toISOString() ?? null,
        };
      }),
  };
}

function describePlan(
  { id, branchId, version, dueAt, state, reason, madeBy }: PlanRow,
  { branches, names }: { branches: Branches; names: Names },
) {
  return {
    ...{ id, branchId, version, state, reason, dueAt: dueAt.toISOString() },
    branchName: branches.find((each) => each.id === branchId)?.name ?? "",
    madeBy: names.get(madeBy ?? "") ?? null,
  };
}

export async function getPage(tx: TenantTransaction, id: string): Promise<PageRow> {
  const row = await findPageRow(tx, id);
  if (!row) throw refuse("not-found", NO_PAGE);
  return row;
}
