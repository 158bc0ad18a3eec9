import { Select } from "@mantine/core";
import { useBranchChoices } from "./branches.ts";
import { useShellTexts } from "./language.tsx";

type BranchFilterProps = { branchId: string | null; choose: (branchId: string | null) => void };

/** One branch or all of them. Hidden from a company with a single branch, which has no choice. */
export function BranchFilter({ branchId, choose }: BranchFilterProps) {
  const t = useShellTexts();
  const branches = useBranchChoices();
  if (branches.length < 2) return null;
  const choices = branches.map((branch) => ({ value: branch.id, label: branch.name }));
  return (
    <Select
      aria-label={t("branch")}
      placeholder={t("all-branches")}
      data={choices}
      value={branchId}
      onChange={choose}
      clearable
      searchable={branches.length > 8}
      w={{ base: "100%", xs: 210 }}
    />
  );
}
