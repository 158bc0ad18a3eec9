import { BRANCH_KINDS, type BranchKind } from "../platform/branch-kinds.ts";
import { useShellTexts } from "./language.tsx";

export { BRANCH_KINDS, type BranchKind };

/** What sort of place a branch is, in the reader's words. */
export function useBranchKindName(): (kind: BranchKind) => string {
  const t = useShellTexts();
  return (kind) => t(`branch-kind-${kind}`);
}
