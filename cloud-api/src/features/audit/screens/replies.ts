import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
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

function isKey(key: string): key is Key {
  return key in en;
}
