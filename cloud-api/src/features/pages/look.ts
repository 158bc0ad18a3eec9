import type { BranchSettings } from "@foyer/contract";
import type { Context } from "../../feature.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import {
  findDocument,
  firstSettings,
  listBranchNames,
  listDestinations,
  VISIT_GAP_MINUTES,
} from "../branches/index.ts";
import { findWorn, listBrands } from "../tenants/index.ts";
import { mayStandOn, type PageOwner } from "./publish.ts";

/** Where a page is looked at: what it, and the way in below it, take from a branch. */
export type PlaceSeen = Pick<BranchSettings, "brand" | "branch" | "pages" | "signIn" | "nas"> &
  Pick<BranchSettings, "legalTexts" | "marketingText" | "memberWifi" | "surveys" | "coupons"> &
  Pick<BranchSettings, "policies" | "allowedDestinations"> & {
    /** Only whether there are any is looked at. */
    accessCodes?: readonly unknown[];
  };

/** The branch that a page is of, or the first that it may stand on; of a brand that has none, any. */
export async function findBranchOf(
  tx: TenantTransaction,
  page: PageOwner,
): Promise<string | undefined> {
  if (page.branchId !== null) return page.branchId;
  const branches = await listBranchNames(tx);
  return (branches.find((branch) => mayStandOn(page, branch)) ?? branches[0])?.id;
}

/** Where a page is weighed: at the branch it is looked at, or at a place made up. */
export async function findPlaceOf(tx: TenantTransaction, page: PageOwner): Promise<PlaceSeen> {
  const branchId = await findBranchOf(tx, page);
  const found = branchId === undefined ? null : await findDocument(tx, branchId);
  return found?.document ?? makeUpPlace(tx, page.brandId);
}

/**
 * The first branch, of a brand or of all (null); of a brand that has none, any; and of a company that
 * has none, its brand at a place made up.
 */
export async function findPlaceSeen(
  tx: TenantTransaction,
  context: Pick<Context, "hooks" | "origin">,
  brandId: string | null,
): Promise<PlaceSeen> {
  const branches = await listBranchNames(tx);
  const branch = branches.find((each) => each.brandId === brandId) ?? branches[0];
  const found = branch && (await findDocument(tx, branch.id));
  return found ? withTold(tx, context, found.document) : makeUpPlace(tx, brandId);
}

/**
 * What a box is told beside its branch's document: whether it asks for access codes, what a survey is
 * answered for, and where guests may be sent.
 */
export async function withTold(
  tx: TenantTransaction,
  { hooks, origin }: Pick<Context, "hooks" | "origin">,
  place: PlaceSeen,
): Promise<PlaceSeen> {
  const surveyIds = (place.surveys ?? []).map(({ id }) => id);
  const coupons = await hooks.findCouponSettings?.(tx, { surveyIds, origin: origin() });
  const takesCodes = place.signIn.accessCode?.enabled ?? false;
  const { id } = place.branch;
  const codes = takesCodes ? await hooks.listAccessCodes?.(tx, [id]) : null;
  const accessCodes = codes?.get(id) ?? [];
  const allowedDestinations = await listDestinations(tx);
  const told = { ...place, allowedDestinations };
  return { ...told, accessCodes, ...(coupons && { coupons }) };
}

/** A branch as the company's first would begin. */
async function makeUpPlace(tx: TenantTransaction, brandId: string | null): Promise<PlaceSeen> {
  const brands = await listBrands(tx);
  const known = brands.find(({ id }) => id === brandId) ?? brands[0];
  const { name = "Wi-Fi", accentColour = "#2f5d50", logo = null } = known ?? {};
  const brand = { name, accentColour, logo };
  const place = { name, country: "VN", languages: ["vi" as const, "en" as const] };
  const texts = known ? (await findWorn(tx, known.id)).texts : null;
  return {
    branch: {
      ...{ ...place, id: tx.tenantId, timeZone: "Asia/Ho_Chi_Minh" },
      visitGapMinutes: VISIT_GAP_MINUTES,
    },
    ...firstSettings({ ...place, branchName: name, brand, texts, newId }),
    pages: [],
  };
}
