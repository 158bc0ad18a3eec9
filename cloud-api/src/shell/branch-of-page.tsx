import { Anchor, Select, Skeleton } from "@mantine/core";
import { Link } from "wouter";
import { type BranchChoice, useBranchChoices, useBranchFault, useHasNoBranch } from "./branches.ts";
import { Failure } from "./failure.tsx";
import { useShellTexts } from "./language.tsx";
import { Empty } from "./page.tsx";
import { type Change, useSearchParameters } from "./search-parameters.ts";

/** The branch that a page is about: the one its address names, or else the first; null: none is known yet. */
export function useBranchOfPage(): BranchChoice | null {
  const branches = useBranchChoices();
  const { parameters } = useSearchParameters();
  const named = branches.find(({ id }) => id === parameters.get("branchId"));
  return named ?? branches[0] ?? null;
}

type BranchOfPageProps = {
  branch: BranchChoice | null;
  /** What else of the address changes with the branch. */
  also?: Change;
};

/** Takes the page to another branch. Hidden from a company with a single one, which has no choice. */
export function BranchOfPage({ branch, also = {} }: BranchOfPageProps) {
  const t = useShellTexts();
  const branches = useBranchChoices();
  const { change } = useSearchParameters();
  if (branches.length < 2) return null;
  return (
    <Select
      aria-label={t("branch")}
      data={branches.map(({ id, name }) => ({ value: id, label: name }))}
      value={branch?.id ?? null}
      onChange={(branchId) => branchId && change({ ...also, branchId })}
      allowDeselect={false}
      searchable={branches.length > 8}
      flex={{ base: "1 1 auto", xs: "none" }}
      miw={0}
      w={{ xs: 210 }}
    />
  );
}

/**
 * Instead of what a page says of a branch, a place for it until they are fetched, and what to do where
 * they cannot be.
 * `hint`: what a branch is needed for there.
 */
export function NoBranch({ hint }: { hint: string }) {
  const t = useShellTexts();
  const fault = useBranchFault();
  const hasNone = useHasNoBranch();
  if (fault) return <Failure {...fault} />;
  if (!hasNone) return <Skeleton height={240} radius="lg" aria-busy="true" />;
  return (
    <Empty
      title={t("no-branches")}
      hint={hint}
      action={
        <Anchor component={Link} href="/branches" size="sm">
          {t("to-branches")}
        </Anchor>
      }
    />
  );
}
