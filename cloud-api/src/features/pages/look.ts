import type { BranchSettings } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { findDocument, listBranchNames } from "../branches/index.ts";
import { listBrands } from "../tenants/index.ts";

/** Where a page can be looked at that stands nowhere yet. */
export type PlaceSeen = Pick<BranchSettings, "brand" | "branch"> &
  Partial<Pick<BranchSettings, "pages" | "signIn" | "legalTexts" | "surveys">>;

/**
 * The first branch, of a brand or of all (null); of a brand that has none, any; and of a company that
 * has none, its brand at a place made up.
 */
export async function findPlaceSeen(
  tx: TenantTransaction,
  brandId: string | null,
): Promise<PlaceSeen> {
  const branches = await listBranchNames(tx);
  const branch = branches.find((each) => each.brandId === brandId) ?? branches[0];
  const found = branch && (await findDocument(tx, branch.id));
  if (found) return found.document;
  const brands = await listBrands(tx);
  const brand = brands.find(({ id }) => id === brandId) ?? brands[0];
  const { name = "Wi-Fi", accentColour = "#2f5d50", logo = null } = brand ?? {};
  return {
    brand: { name, accentColour, logo },
    branch: {
      ...{ id: tx.tenantId, name, country: "VN", timeZone: "Asia/Ho_Chi_Minh" },
      ...{ languages: ["vi", "en"], visitGapMinutes: 60 },
    },
  };
}
