import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useBranchChoices } from "../../../shell/branches.ts";
import en from "../locales/en.json";
import type { AuditReply, EntryReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

export type Entry = EntryReply;

export function useKinds(): readonly string[] {
  const { data } = useQuery({
    queryKey: ["audit-kinds"],
    queryFn: ({ signal }) => api.get<AuditReply>("/audit?limit=1", signal),
  });
  return data?.kinds ?? [];
}

type Key = keyof typeof en;

/** A kind of record in words; its own name where a newer feature has none yet. */
export function useKindName(): (kind: string) => string {
  const t = useTexts();
  return (kind) => {
    const key = `kind-${kind}`;
    return isKey(key) ? t(key) : kind;
  };
}

type Named = { id: string; name: string };

function useBrands(): readonly Named[] {
  const { data } = useQuery({
    queryKey: ["tenant"],
    queryFn: ({ signal }) => api.get<{ brands: Named[] }>("/tenant", signal),
  });
  return data?.brands ?? [];
}

/** What a part of a record is called, and what an id in it means, where it is a branch or a brand. */
export function useLineWords(): {
  wordOf: (part: string) => string | null;
  nameOf: (value: string) => string;
} {
  const t = useTexts();
  const named: readonly Named[] = [...useBranchChoices(), ...useBrands()];
  return {
    wordOf: (part) => {
      const key = `word-${part}`;
      return isKey(key) ? t(key) : null;
    },
    nameOf: (value) => {
      const key = `value-${value}`;
      return isKey(key) ? t(key) : (named.find(({ id }) => id === value)?.name ?? value);
    },
  };
}

function isKey(key: string): key is Key {
  return key in en;
}
