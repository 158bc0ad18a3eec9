import { listAskedTexts } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import {
  type BareDocument,
  listBranchNames,
  listDocuments,
  lockBrandsOf,
  saveDocuments,
} from "../branches/index.ts";
import {
  type Brand,
  getTenant,
  type Kit,
  type KitRow,
  listBrands,
  listKits,
  NO_KIT,
  resolveKit,
  updateBrand,
} from "../tenants/index.ts";
import { type Dressing, dress, type Worn } from "./rules.ts";

/** Everything that the company's branches may wear. */
export type Wardrobe = {
  tenant: { id: string; name: string };
  brands: readonly Brand[];
  kits: readonly KitRow[];
};

export async function openWardrobe(tx: TenantTransaction): Promise<Wardrobe> {
  const { id, name } = await getTenant(tx);
  return { tenant: { id, name }, brands: await listBrands(tx), kits: await listKits(tx) };
}

/** An owner's last kit; version 0 of one that has none. */
export function kitOf({ kits }: Wardrobe, ownerId: string): KitRow {
  return kits.find((kit) => kit.ownerId === ownerId) ?? { ownerId, version: 0, ...NO_KIT };
}

/** The wardrobe with another kit in it. */
export function withKit(wardrobe: Wardrobe, kit: KitRow): Wardrobe {
  const others = wardrobe.kits.filter(({ ownerId }) => ownerId !== kit.ownerId);
  return { ...wardrobe, kits: [...others, kit] };
}

/** What a brand's branches wear; null: no such brand. */
export function wornBy(wardrobe: Wardrobe, brandId: string): Worn | null {
  const brand = wardrobe.brands.find(({ id }) => id === brandId);
  if (!brand) return null;
  const company: Kit = kitOf(wardrobe, wardrobe.tenant.id);
  return { name: brand.name, ...resolveKit(kitOf(wardrobe, brand.id), company) };
}

/** The brand that a branch is of: of the first where an older release named none. */
export function brandIdOf({ brands }: Wardrobe, branch: { brandId: string | null }): string {
  return branch.brandId ?? brands[0]?.id ?? "";
}

/** Whether a kit is for a brand: its own, or the company's. */
export const isFor = ({ tenant }: Wardrobe, ownerId: string, brandId: string): boolean =>
  ownerId === brandId || ownerId === tenant.id;

export type BranchSeen = { id: string; brandId: string; document: BareDocument };

/** The branches in reach with their settings, and whose they are. */
export async function listSeen(tx: TenantTransaction, wardrobe: Wardrobe): Promise<BranchSeen[]> {
  const names = new Map((await listBranchNames(tx)).map((branch) => [branch.id, branch]));
  return (await listDocuments(tx)).flatMap(({ document }) => {
    const branch = names.get(document.branch.id);
    return branch ? [{ id: branch.id, brandId: brandIdOf(wardrobe, branch), document }] : [];
  });
}

/** The versions that texts for a purpose have by now at the branches. */
export const listStanding = (branches: readonly BranchSeen[]) =>
  branches.flatMap(({ document }) => listAskedTexts(document));

type Change = {
  before: Wardrobe;
  after: Wardrobe;
  branches: readonly { id: string; brandId: string }[];
  putLookOn?: readonly string[];
  putTextsOn?: readonly string[];
};

/** Has branches wear what changed: all of them or none, and boxes that wait hear of it at once. */
export async function dressAll(tx: TenantTransaction, change: Change): Promise<NewEvent[]> {
  const { before, after, branches, putLookOn = [], putTextsOn = [] } = change;
  await keepBrands(tx, after);
  // In one order, as whoever puts a page on them does: each would wait for the other's.
  await lockBrandsOf(
    tx,
    branches.map(({ id }) => id),
  );
  const dressings = branches.flatMap(({ id, brandId }) => {
    const worn = wornBy(after, brandId);
    if (!worn) return [];
    const put = { putLook: putLookOn.includes(id), putTexts: putTextsOn.includes(id) };
    return [{ branchId: id, before: wornBy(before, brandId), after: worn, ...put }];
  });
  return dressBranches(tx, dressings);
}

/** All of the branches or none; one that is there no more needs nothing to wear. */
export async function dressBranches(
  tx: TenantTransaction,
  dressings: readonly (Dressing & { branchId: string })[],
): Promise<NewEvent[]> {
  const names = new Map((await listBranchNames(tx)).map(({ id, name }) => [id, name]));
  const there = new Map(
    dressings.flatMap((each) => (names.has(each.branchId) ? [[each.branchId, each]] : [])),
  );
  const saved = await saveDocuments(tx, [...there.keys()], (document) => {
    const dressing = there.get(document.branch.id);
    return dressing ? dress(document, dressing) : document;
  });
  if (saved.kind === "saved") return saved.events;
  const name = names.get(saved.branchId) ?? saved.branchId;
  if (saved.kind === "not-found") throw refuse("conflict", `${name} is there no more.`);
  throw refuse("invalid", `${name} cannot wear this: ${saved.field} ${saved.reason}.`, {
    field: saved.field,
  });
}

/** What a brand's row says is what it wears. */
async function keepBrands(tx: TenantTransaction, wardrobe: Wardrobe): Promise<void> {
  const there = new Map((await listBrands(tx)).map((brand) => [brand.id, brand]));
  for (const brand of wardrobe.brands) {
    const { accentColour, logo } = wornBy(wardrobe, brand.id)?.look ?? brand;
    const row = there.get(brand.id);
    const isSame =
      row?.name === brand.name && row.accentColour === accentColour && row.logo === logo;
    if (!isSame) await updateBrand(tx, { id: brand.id, name: brand.name, accentColour, logo });
  }
}
