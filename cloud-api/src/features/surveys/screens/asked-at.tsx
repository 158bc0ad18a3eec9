import { Button, Group, MultiSelect, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { type BranchChoice, useBranchChoices, useSortByName } from "../../../shell/branches.ts";
import { useTexts } from "./texts.ts";

type Brand = { id: string; name: string };
type AskedAtProps = { chosen: string[]; choose: (branchIds: string[]) => void };

/** The branches whose guests are asked: one by one, a brand's or all. */
export function AskedAt({ chosen, choose }: AskedAtProps) {
  const t = useTexts();
  const branches = useBranchChoices();
  const brands = useBrandsOf(branches);
  const itemsOf = (brandId: string | null) =>
    branches
      .filter((branch) => brandId === null || branch.brandId === brandId)
      .map(({ id, name }) => ({ value: id, label: name }));
  const loose = itemsOf(null).filter(
    ({ value }) => !brands.some(({ id }) => itemsOf(id).some((item) => item.value === value)),
  );
  const groups = brands.map(({ id, name }) => ({ group: name, items: itemsOf(id) }));
  const idsOf = (brandId: string | null) => itemsOf(brandId).map(({ value }) => value);
  return (
    <Stack gap={6}>
      <MultiSelect
        label={t("asked-at")}
        description={t("asked-at-hint")}
        data={brands.length > 1 ? [...groups, ...loose] : itemsOf(null)}
        value={chosen}
        onChange={choose}
        clearable
        searchable
      />
      {branches.length > 1 && (
        <Group gap="xs">
          <Together ids={idsOf(null)} label={t("asked-at-all")} {...{ chosen, choose }} />
          {brands.length > 1 &&
            brands.map(({ id, name }) => (
              <Together key={id} ids={idsOf(id)} label={name} {...{ chosen, choose }} />
            ))}
        </Group>
      )}
    </Stack>
  );
}

/** Puts all of these to what is chosen; where they are, takes them out. */
function Together({ ids, label, chosen, choose }: AskedAtProps & { ids: string[]; label: string }) {
  const isWhole = ids.every((id) => chosen.includes(id));
  const others = chosen.filter((id) => !ids.includes(id));
  return (
    <Button
      size="compact-sm"
      variant={isWhole ? "light" : "default"}
      aria-pressed={isWhole}
      onClick={() => choose(isWhole ? others : [...others, ...ids])}
    >
      {label}
    </Button>
  );
}

/** Those that these branches are of; none where whoever looks may not see them. */
function useBrandsOf(branches: readonly BranchChoice[]): Brand[] {
  const sort = useSortByName();
  const { data } = useQuery({
    queryKey: ["tenant"],
    queryFn: ({ signal }) => api.get<{ brands: Brand[] }>("/tenant", signal),
    retry: false,
  });
  const worn = new Set(branches.map(({ brandId }) => brandId));
  return sort((data?.brands ?? []).filter(({ id }) => worn.has(id)));
}
