import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import { useBranchChoices, useSortByName } from "./branches.ts";
import { useShellTexts } from "./language.tsx";

type Chosen = { branchId: string | null; brandId: string | null };
type BranchFilterProps = { branchId: string | null; choose: (branchId: string | null) => void };
type PlaceFilterProps = Chosen & { choose: (chosen: Chosen) => void };
type Named = { id: string; name: string };
type Choice = { value: string; label: string };

/** One branch or all of them. Hidden from a company with a single branch, which has no choice. */
export function BranchFilter({ branchId, choose }: BranchFilterProps) {
  return <Places value={branchId ?? ""} brands={[]} choose={(value) => choose(value || null)} />;
}

const BRAND = "brand:";

/** The same, or all branches of a brand. */
export function BranchOrBrandFilter({ branchId, brandId, choose }: PlaceFilterProps) {
  const sort = useSortByName();
  const branches = useBranchChoices();
  const tenant = useQuery({
    queryKey: ["tenant"],
    queryFn: ({ signal }) => api.get<{ brands: Named[] }>("/tenant", signal),
  });
  const held = sort(tenant.data?.brands ?? []).filter(({ id }) =>
    branches.some((branch) => branch.brandId === id),
  );
  const brands = held.length > 1 ? held : [];
  return (
    <Places
      value={branchId ?? (brandId === null ? "" : BRAND + brandId)}
      brands={brands.map(({ id, name }) => ({ value: BRAND + id, label: name }))}
      choose={(value) =>
        choose(
          value.startsWith(BRAND)
            ? { branchId: null, brandId: value.slice(BRAND.length) }
            : { branchId: value || null, brandId: null },
        )
      }
    />
  );
}

type PlacesProps = {
  value: string;
  brands: readonly Choice[];
  /** Empty: all of them. */
  choose: (value: string) => void;
};

function Places({ value, brands, choose }: PlacesProps) {
  const t = useShellTexts();
  const branches = useBranchChoices();
  if (branches.length < 2) return null;
  const choices = [
    { value: "", label: t("all-branches") },
    ...brands,
    ...branches.map((branch) => ({ value: branch.id, label: branch.name })),
  ];
  return (
    <Select
      aria-label={t("branch")}
      data={choices}
      value={value}
      onChange={(chosen) => choose(chosen ?? "")}
      allowDeselect={false}
      searchable={branches.length > 8}
      flex={{ base: "1 1 auto", xs: "none" }}
      miw={{ base: 190, xs: 0 }}
      w={{ xs: 210 }}
    />
  );
}
