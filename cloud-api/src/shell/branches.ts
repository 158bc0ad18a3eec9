import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "./api.ts";
import type { BranchKind } from "./branch-kinds.ts";
import { useLanguage } from "./language.tsx";
import { LOCALE } from "./translate.ts";

/** What every screen needs of a branch: something to filter by, and the clock its times are told on. */
export type BranchChoice = {
  id: string;
  brandId: string | null;
  name: string;
  timeZone: string;
  /** Null: nobody has said. */
  kind: BranchKind | null;
  /** What its guests are spoken to in. */
  languages: ("vi" | "en" | "fa")[];
};

/** The tenant's branches, by name. Empty until they are there. */
export function useBranchChoices(): BranchChoice[] {
  const branches = useBranchQuery().data?.branches;
  const sort = useSortByName();
  return useMemo(() => sort(branches ?? []), [branches, sort]);
}

/** That there is none, and not only that they were not fetched yet. */
export function useHasNoBranch(): boolean {
  return useBranchQuery().data?.branches.length === 0;
}

/** Why they could not be fetched, and how to try again; null: they are there, or on their way. */
export function useBranchFault(): { error: unknown; retry: () => void } | null {
  const { error, data, refetch } = useBranchQuery();
  return error === null || data ? null : { error, retry: () => void refetch() };
}

type Named = { name: string };

/** Sorts by name as the reader's language does: the database sorts by bytes, Đ after Z. */
export function useSortByName(): <T extends Named>(list: readonly T[]) => T[] {
  const { language } = useLanguage();
  return useMemo(() => {
    const { compare } = new Intl.Collator(LOCALE[language], { numeric: true });
    return (list) => list.toSorted((a, b) => compare(a.name, b.name));
  }, [language]);
}

function useBranchQuery() {
  return useQuery({
    // Below ["branches"], so that whoever changes one has these fetched again, too.
    queryKey: ["branches", "names"],
    queryFn: ({ signal }) => api.get<{ branches: BranchChoice[] }>("/branch-names", signal),
    meta: { live: "names" },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/**
 * The zone of one branch, or the one all branches share where none is named: what happens at a
 * branch is told on its clock. Undefined (this browser's zone) where that says nothing.
 */
export function useZoneOf(): (branchId: string | null | undefined) => string | undefined {
  const branches = useBranchChoices();
  const [zone, ...others] = new Set(branches.map((branch) => branch.timeZone));
  const shared = others.length === 0 ? zone : undefined;
  return (branchId) => branches.find((branch) => branch.id === branchId)?.timeZone ?? shared;
}
