import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import { BRANCH_KINDS, type BranchKind, useBranchKindName } from "./branch-kinds.ts";
import { type BranchChoice, useBranchChoices, useSortByName } from "./branches.ts";
import { useShellTexts } from "./language.tsx";
import type { Places, ReportFilters } from "./report-filters.ts";

type PlaceFilterProps = { place: Places; choose: (place: Places) => void };

type Named = { id: string; name: string };

/** The brands that have branches, and one that is asked for; none where that tells nothing apart. */
function useBrands(branches: readonly BranchChoice[], asked: string | null): Named[] {
  const sort = useSortByName();
  const tenant = useQuery({
    queryKey: ["tenant"],
    queryFn: ({ signal }) => api.get<{ brands: Named[] }>("/tenant", signal),
  });
  const brands = sort(tenant.data?.brands ?? []);
  const held = new Set(branches.map(({ brandId }) => brandId));
  const isTold = brands.filter(({ id }) => held.has(id)).length > 1;
  return brands.filter(({ id }) => id === asked || (isTold && held.has(id)));
}

/** What sorts of places the company's branches are, and one that is asked for; none where all are of one. */
function listKinds(branches: readonly BranchChoice[], asked: BranchKind | null): BranchKind[] {
  const found = new Set(branches.map(({ kind }) => kind));
  return BRANCH_KINDS.filter((kind) => kind === asked || (found.size > 1 && found.has(kind)));
}

/** Several branches by their ids, as links and what was kept of old name them. */
const SEVERAL = "several";
/** Those of a brand that are of a kind, as links and what was kept name them. */
const BOTH = "both";

function choiceOf({ brandId, branchIds, branchKind }: Places): string {
  const [branchId, ...others] = branchIds;
  if (others.length > 0) return SEVERAL;
  if (branchId) return `branch:${branchId}`;
  if (brandId && branchKind) return BOTH;
  if (branchKind) return `kind:${branchKind}`;
  return brandId ? `brand:${brandId}` : "";
}

/** The places to choose from, by what they are. */
function useChoices(place: Places, branches: readonly BranchChoice[]) {
  const t = useShellTexts();
  const brands = useBrands(branches, place.brandId);
  const nameKind = useBranchKindName();
  const several = t("branches-counted", { count: place.branchIds.length });
  const brand = brands.find(({ id }) => id === place.brandId)?.name ?? t("brands");
  const both = place.branchKind && `${brand} · ${nameKind(place.branchKind)}`;
  const told = { [SEVERAL]: several, [BOTH]: both }[choiceOf(place)];
  const named = (by: string) => (each: Named) => ({ value: `${by}:${each.id}`, label: each.name });
  const groups = [
    { group: t("everything"), items: [{ value: "", label: t("all-branches") }] },
    {
      group: t("several-branches"),
      items: told ? [{ value: choiceOf(place), label: told }] : [],
    },
    { group: t("brands"), items: brands.map(named("brand")) },
    {
      group: t("branch-kinds"),
      items: listKinds(branches, place.branchKind).map((kind) => ({
        ...{ value: `kind:${kind}`, label: nameKind(kind) },
      })),
    },
    { group: t("branches"), items: branches.map(named("branch")) },
  ];
  return groups.filter(({ items }) => items.length > 0);
}

/** One branch, a brand's, those of a kind or all of them. Hidden from a company with a single branch. */
export function PlaceFilter({ place, choose }: PlaceFilterProps) {
  const t = useShellTexts();
  const branches = useBranchChoices();
  const choices = useChoices(place, branches);
  if (branches.length < 2) return null;
  const take = (chosen: string | null) => {
    if (chosen === SEVERAL || chosen === BOTH) return;
    const [by, id = ""] = (chosen ?? "").split(":");
    choose({
      brandId: by === "brand" ? id : null,
      branchIds: by === "branch" ? [id] : [],
      branchKind: by === "kind" ? (BRANCH_KINDS.find((kind) => kind === id) ?? null) : null,
    });
  };
  return (
    <Select
      aria-label={t("branch-or-brand")}
      data={choices}
      value={choiceOf(place)}
      onChange={take}
      allowDeselect={false}
      searchable={branches.length > 8}
      maxDropdownHeight={380}
      w={{ base: "100%", xs: 210 }}
    />
  );
}

export type OnePlace = Pick<ReportFilters, "brandId" | "branchKind"> & { branchId: string | null };
type OnePlaceFilterProps = OnePlace & { choose: (place: OnePlace) => void };

/** The same where an address holds no more than one branch. */
export function OnePlaceFilter({ branchId, choose, ...others }: OnePlaceFilterProps) {
  return (
    <PlaceFilter
      place={{ ...others, branchIds: branchId === null ? [] : [branchId] }}
      choose={({ branchIds: [chosen = null], brandId, branchKind }) =>
        choose({ branchId: chosen, brandId, branchKind })
      }
    />
  );
}

/** The place out of an address that holds no more than one branch. */
export function readOnePlace(parameters: URLSearchParams): OnePlace {
  const branchKind = BRANCH_KINDS.find((kind) => kind === parameters.get("branchKind")) ?? null;
  return {
    ...{ branchId: parameters.get("branchId"), brandId: parameters.get("brandId") },
    branchKind,
  };
}
