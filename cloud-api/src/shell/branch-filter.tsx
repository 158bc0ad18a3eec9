import { Select } from "@mantine/core";
import { useBranchChoices } from "./branches.ts";
import { useShellTexts } from "./language.tsx";

type BranchFilterProps = { branchId: string | null; choose: (branchId: string | null) => void };

/** One branch or all of them. Hidden from a company with a single branch, which has no choice. */
export function BranchFilter({ branchId, choose }: BranchFilterProps) {
  const t = useShellTexts();
  const branches = useBranchChoices();
  if (branches.length < 2) return null;
  const choices = [
    { value: "", label: t("all-branches") },
    ...branches.map((branch) => ({ value: branch.id, label: branch.name })),
  ];
  return (
    <Select
      aria-label={t("branch")}
      data={choices}
      value={branchId ?? ""}
      onChange={(chosen) => choose(chosen || null)}
      allowDeselect={false}
      searchable={branches.length > 8}
      flex={{ base: "1 1 auto", xs: "none" }}
      miw={{ base: 190, xs: 0 }}
      w={{ xs: 210 }}
    />
  );
}
