import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useBranchChoices, useSortByName } from "../../../shell/branches.ts";
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

/** One branch, a brand's or all of them. Hidden from a company with a single branch. */
export function PlaceFilter({ filters, choose }: FilterProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const { branches, brands } = usePlaces();
  if (branches.length < 2) return null;
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
    {
      group: t("branches"),
      items: branches.map(({ id, name }) => ({ value: `branch:${id}`, label: name })),
    },
  ];
  const [branchId] = filters.branchIds;
  const value = branchId ? `branch:${branchId}` : filters.brandId ? `brand:${filters.brandId}` : "";
  return (
    <Select
      aria-label={t("place")}
      data={choices}
      value={value}
      onChange={(chosen) => {
        const [kind, id = ""] = (chosen ?? "").split(":");
        choose({
          brandId: kind === "brand" ? id : null,
          branchIds: kind === "branch" ? [id] : [],
        });
      }}
      allowDeselect={false}
      searchable={branches.length > 8}
      maxDropdownHeight={380}
      w={{ base: "100%", xs: 210 }}
    />
  );
}
