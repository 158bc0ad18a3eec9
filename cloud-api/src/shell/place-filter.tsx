import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import { BRANCH_KINDS, type BranchKind, useBranchKindName } from "./branch-kinds.ts";
import { type BranchChoice, useBranchChoices, useSortByName } from "./branches.ts";
import { useShellTexts } from "./language.tsx";
import type { Places } from "./report-filters.ts";

type PlaceFilterProps = { filters: Places; choose: (places: Places) => void };

type Named = { id: string; name: string };

function usePlaces() {
  const sort = useSortByName();
  const branches = useBranchChoices();
  const tenant = useQuery({
    queryKey: ["tenant"],
    queryFn: ({ signal }) => api.get<{ brands: Named[] }>("/tenant", signal),
  });
  return { branches, brands: sort(tenant.data?.brands ?? []) };
}

/** What sorts of places the company's branches are, and one that is asked for; none where all are of one. */
function listKinds(branches: readonly BranchChoice[], asked: BranchKind | null): BranchKind[] {
  const found = new Set(branches.map(({ kind }) => kind));
  return BRANCH_KINDS.filter((kind) => kind === asked || (found.size > 1 && found.has(kind)));
}

/** Several branches by their ids, as links and what was kept of old name them. */
const SEVERAL = "several";

function placeOf({ brandId, branchIds, branchKind }: Places): string {
  const [branchId, ...others] = branchIds;
  if (others.length > 0) return SEVERAL;
  if (branchId) return `branch:${branchId}`;
  if (branchKind) return `kind:${branchKind}`;
  return brandId ? `brand:${brandId}` : "";
}

/** One branch, a brand's, those of a kind or all of them. Hidden from a company with a single branch. */
export function PlaceFilter({ filters, choose }: PlaceFilterProps) {
  const t = useShellTexts();
  const { branches, brands } = usePlaces();
  const nameKind = useBranchKindName();
  if (branches.length < 2) return null;
  const kinds = listKinds(branches, filters.branchKind);
  const value = placeOf(filters);
  const held = brands.filter(({ id }) => branches.some(({ brandId }) => brandId === id));
  const choices = [
    { group: t("place-all"), items: [{ value: "", label: t("all-branches") }] },
    ...(value === SEVERAL
      ? [
          {
            group: t("place-several"),
            items: [
              { value, label: t("place-branches-counted", { count: filters.branchIds.length }) },
            ],
          },
        ]
      : []),
    ...(held.length > 1
      ? [
          {
            group: t("place-brands"),
            items: held.map(({ id, name }) => ({ value: `brand:${id}`, label: name })),
          },
        ]
      : []),
    ...(kinds.length > 0
      ? [
          {
            group: t("place-kinds"),
            items: kinds.map((kind) => ({ value: `kind:${kind}`, label: nameKind(kind) })),
          },
        ]
      : []),
    {
      group: t("place-branches"),
      items: branches.map(({ id, name }) => ({ value: `branch:${id}`, label: name })),
    },
  ];
  return (
    <Select
      aria-label={t("place")}
      data={choices}
      value={value}
      onChange={(chosen) => {
        if (chosen === SEVERAL) return;
        const [by, id = ""] = (chosen ?? "").split(":");
        choose({
          brandId: by === "brand" ? id : null,
          branchIds: by === "branch" ? [id] : [],
          branchKind: by === "kind" ? (kinds.find((each) => each === id) ?? null) : null,
        });
      }}
      allowDeselect={false}
      searchable={branches.length > 8}
      maxDropdownHeight={380}
      w={{ base: "100%", xs: 210 }}
    />
  );
}
