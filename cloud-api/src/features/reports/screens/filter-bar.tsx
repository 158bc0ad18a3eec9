import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { BRANCH_KINDS, useBranchKindName } from "../../../shell/branch-kinds.ts";
import { type BranchChoice, useBranchChoices, useSortByName } from "../../../shell/branches.ts";
import { useShellTexts } from "../../../shell/language.tsx";
import type { ReportFilters } from "../../../shell/report-filters.ts";
import type { ChooseFilters } from "../../../shell/use-report-filters.ts";
import { useTexts } from "./texts.ts";

type FilterProps = { filters: ReportFilters; choose: ChooseFilters };

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

/** As many as an address may name. */
const BRANCHES_NAMED_MAX = 200;

/** What sorts of places the company's branches are, each with its branches; none where all are of one. */
function listKinds(branches: readonly BranchChoice[]) {
  if (new Set(branches.map(({ kind }) => kind)).size < 2) return [];
  return BRANCH_KINDS.flatMap((kind) => {
    const ids = branches.filter((each) => each.kind === kind).map(({ id }) => id);
    return ids.length > 0 && ids.length <= BRANCHES_NAMED_MAX ? [{ kind, ids }] : [];
  });
}

const areSame = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((id) => other.includes(id));

/** One branch, a brand's, those of a kind or all of them. Hidden from a company with a single branch. */
export function PlaceFilter({ filters, choose }: FilterProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const { branches, brands } = usePlaces();
  const nameKind = useBranchKindName();
  if (branches.length < 2) return null;
  const kinds = listKinds(branches);
  const held = brands.filter(({ id }) => branches.some(({ brandId }) => brandId === id));
  const choices = [
    { group: t("all"), items: [{ value: "", label: shell("all-branches") }] },
    ...(held.length > 1
      ? [
          {
            group: t("brands"),
            items: held.map(({ id, name }) => ({ value: `brand:${id}`, label: name })),
          },
        ]
      : []),
    ...(kinds.length > 0
      ? [
          {
            group: t("kinds"),
            items: kinds.map(({ kind }) => ({ value: `kind:${kind}`, label: nameKind(kind) })),
          },
        ]
      : []),
    {
      group: t("branches"),
      items: branches.map(({ id, name }) => ({ value: `branch:${id}`, label: name })),
    },
  ];
  const [branchId] = filters.branchIds;
  const ofKind =
    filters.branchIds.length > 1 && kinds.find(({ ids }) => areSame(ids, filters.branchIds));
  const named = ofKind ? `kind:${ofKind.kind}` : branchId && `branch:${branchId}`;
  const value = named ?? (filters.brandId ? `brand:${filters.brandId}` : "");
  return (
    <Select
      aria-label={t("place")}
      data={choices}
      value={value}
      onChange={(chosen) => {
        const [kind, id = ""] = (chosen ?? "").split(":");
        choose({
          brandId: kind === "brand" ? id : null,
          branchIds:
            kind === "kind"
              ? (kinds.find((each) => each.kind === id)?.ids ?? [])
              : kind === "branch"
                ? [id]
                : [],
        });
      }}
      allowDeselect={false}
      searchable={branches.length > 8}
      maxDropdownHeight={380}
      w={{ base: "100%", xs: 210 }}
    />
  );
}
