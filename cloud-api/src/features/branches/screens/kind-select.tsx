import { Select } from "@mantine/core";
import type { ReactNode } from "react";
import { BRANCH_KINDS, type BranchKind, useBranchKindName } from "../../../shell/branch-kinds.ts";
import { useTexts } from "./texts.ts";

type KindSelectProps = {
  /** Null: nobody has said. */
  kind: BranchKind | null;
  set: (kind: BranchKind | null) => void;
  error?: ReactNode;
};

/** What sort of place a branch is, in the reader's words. */
export function KindSelect({ kind, set, error = null }: KindSelectProps) {
  const t = useTexts();
  const nameKind = useBranchKindName();
  return (
    <Select
      label={t("kind")}
      description={t("kind-hint")}
      placeholder={t("kind-unsaid")}
      data={BRANCH_KINDS.map((value) => ({ value, label: nameKind(value) }))}
      value={kind}
      onChange={(value) => set(BRANCH_KINDS.find((each) => each === value) ?? null)}
      error={error}
      clearable
      searchable
      data-setting="kind"
    />
  );
}
