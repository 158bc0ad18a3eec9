import { listAskedTexts } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { nameStaff } from "../customers/index.ts";
import { mayEdit, type Writes } from "../pages/index.ts";
import { type KitRow, listKitVersions, resolveKit } from "../tenants/index.ts";
import { wearsLookOf, wearsTextsOf } from "./rules.ts";
import type { KitItem, KitReply, KitsReply, WrittenText } from "./schema.ts";
import { type BranchSeen, isFor, kitOf, listSeen, type Wardrobe, wornBy } from "./wardrobe.ts";

export const NO_KIT_OWNER = "There is neither a brand with this id, nor is it the company's.";

export type Owner = { ownerId: string; kind: "company" | "brand"; name: string };

/** The company and its brands. */
export function listOwners({ tenant, brands }: Wardrobe): Owner[] {
  const company: Owner = { ownerId: tenant.id, kind: "company", name: tenant.name };
  return [company, ...brands.map(({ id, name }): Owner => ({ ownerId: id, kind: "brand", name }))];
}

export function getOwner(wardrobe: Wardrobe, ownerId: string): Owner {
  const owner = listOwners(wardrobe).find((each) => each.ownerId === ownerId.toLowerCase());
  if (!owner) throw refuse("not-found", NO_KIT_OWNER);
  return owner;
}

/** The company's kit is for whoever may write for all of it, a brand's for whoever has that brand. */
export function mayEditKit({ kind, ownerId }: Owner, writes: Writes): boolean {
  return mayEdit({ brandId: kind === "brand" ? ownerId : null, branchId: null }, writes, []);
}

export async function describeKits(
  tx: TenantTransaction,
  wardrobe: Wardrobe,
  writes: Writes,
): Promise<KitsReply> {
  const seen = await listSeen(tx, wardrobe);
  return {
    kits: listOwners(wardrobe).map((owner) => summarise(wardrobe, owner, { seen, writes })),
  };
}

type Told = { seen: readonly BranchSeen[]; writes: Writes };

function summarise(wardrobe: Wardrobe, owner: Owner, { seen, writes }: Told): KitItem {
  const { version, look, texts } = kitOf(wardrobe, owner.ownerId);
  const own = listOwn(wardrobe, owner, seen);
  return {
    ...owner,
    version,
    hasOwnLook: look !== null,
    hasOwnTexts: texts !== null,
    worn: resolveWorn(wardrobe, owner.ownerId).look,
    branches: own.length,
    wearing: own.filter((branch) => isWearing(wardrobe, branch).look).length,
    mayEdit: mayEditKit(owner, writes),
  };
}

/** A brand's branches; of the company those whose brands fall back to it in anything. */
function listOwn(wardrobe: Wardrobe, { ownerId, kind }: Owner, seen: readonly BranchSeen[]) {
  return seen.filter(({ brandId }) => {
    if (!isFor(wardrobe, ownerId, brandId)) return false;
    const { look, texts } = kitOf(wardrobe, brandId);
    return kind === "brand" || look === null || texts === null;
  });
}

function isWearing(wardrobe: Wardrobe, { brandId, document }: BranchSeen) {
  const worn = wornBy(wardrobe, brandId);
  return {
    look: worn !== null && wearsLookOf(document, worn),
    texts: worn !== null && wearsTextsOf(document, worn),
  };
}

function resolveWorn(wardrobe: Wardrobe, ownerId: string) {
  return resolveKit(kitOf(wardrobe, ownerId), kitOf(wardrobe, wardrobe.tenant.id));
}

export async function describeKit(
  tx: TenantTransaction,
  wardrobe: Wardrobe,
  { owner, writes }: { owner: Owner; writes: Writes },
): Promise<KitReply> {
  const seen = await listSeen(tx, wardrobe);
  const own = listOwn(wardrobe, owner, seen);
  const { look, texts } = kitOf(wardrobe, owner.ownerId);
  const versions = await listKitVersions(tx, owner.ownerId);
  const names = await nameStaff(
    tx,
    versions.map(({ madeBy: staffId }) => ({ staffId })),
  );
  return {
    ...summarise(wardrobe, owner, { seen, writes }),
    ...{ look, texts },
    inherited: inheritedBy(wardrobe, owner),
    proposed: propose(own[0] ?? seen[0]),
    languages: [...new Set(own.flatMap(({ document }) => document.branch.languages))],
    places: own.map((branch) => {
      const wears = isWearing(wardrobe, branch);
      const { name } = branch.document.branch;
      return { id: branch.id, name, wearsLook: wears.look, wearsTexts: wears.texts };
    }),
    versions: versions.map(({ version, madeAt, madeBy }) => ({
      ...{ version, madeAt: madeAt.toISOString(), madeBy: names.get(madeBy ?? "") ?? null },
    })),
  };
}

/** What is worn where an owner has nothing of its own. */
function inheritedBy(wardrobe: Wardrobe, { ownerId, kind }: Owner) {
  const none: KitRow = { ownerId, version: 0, look: null, texts: null };
  const company = kind === "company" ? none : kitOf(wardrobe, wardrobe.tenant.id);
  return resolveKit(none, company);
}

/** A branch's own texts with its name taken out. */
function propose(branch: BranchSeen | undefined): WrittenText[] {
  if (!branch) return [];
  const { name } = branch.document.branch;
  const free = (words: WrittenText["label"]): WrittenText["label"] =>
    Object.fromEntries(
      Object.entries(words).map(([language, text]) => [
        language,
        text.replaceAll(name, "{branch}"),
      ]),
    );
  return listAskedTexts(branch.document).map(({ version: _, label, body, ...text }) => ({
    ...text,
    ...{ label: free(label), body: free(body) },
  }));
}
