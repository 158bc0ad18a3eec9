import { Select } from "@mantine/core";
import type { ReactNode } from "react";
import { BRANCH_KINDS, type BranchKind } from "../schema.ts";
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
  return (
    <Select
      label={t("kind")}
      description={t("kind-hint")}
      placeholder={t("kind-unsaid")}
      data={BRANCH_KINDS.map((value) => ({ value, label: t(`kind-${value}`) }))}
      value={kind}
      onChange={(value) => set(BRANCH_KINDS.find((each) => each === value) ?? null)}
      error={error}
      clearable
      searchable
      data-setting="kind"
    />
  );
}
