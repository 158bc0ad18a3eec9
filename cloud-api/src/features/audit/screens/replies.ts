import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useNow } from "../../../shell/clock.ts";
import { formatMoment } from "../../../shell/format.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { useOwnFieldName } from "../../../shell/own-fields.ts";
import { useMay } from "../../../shell/session.tsx";
import { useNamedValues } from "../../../shell/use-named-values.ts";
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

/** What the records of some pages of the log are called, by id. */
export const namesOf = (pages: readonly Pick<AuditReply, "names">[]): ReadonlyMap<string, string> =>
  new Map(pages.flatMap(({ names }) => names.map(({ id, name }) => [id, name])));

/** Whom the log may be asked about: those whose company it is, for whoever may see them. */
export function useStaffNames(): readonly Named[] {
  const mayRead = useMay("staff.read");
  const { data } = useQuery({
    queryKey: ["staff"],
    queryFn: ({ signal }) => api.get<{ staff: Named[] }>("/staff", signal),
    enabled: mayRead,
  });
  return data?.staff ?? [];
}

/** Parts that people write as they like: a word in them is nothing that this program means. */
const SAID_FREELY = /(^| )(name|note|file|description|reason|title|label|heading|text|vi|en|fa)$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** What a part of a record is called, and what its value means: a time, or the id of something named. */
export function useLineWords(names: ReadonlyMap<string, string>): {
  wordOf: (part: string) => string | null;
  nameOf: (value: string, path: string) => string;
} {
  const t = useTexts();
  const { language } = useLanguage();
  const now = useNow();
  const nameValue = useNamedValues();
  const nameField = useOwnFieldName();
  return {
    wordOf: (part) => {
      const key = `word-${part}`;
      return isKey(key) ? t(key) : nameField(part);
    },
    nameOf: (value, path) => {
      if (SAID_FREELY.test(path)) return value;
      const key = `value-${value}`;
      if (isKey(key)) return t(key);
      if (MOMENT.test(value)) return formatMoment(language, value, { now });
      return names.get(value) ?? nameValue(value) ?? (UUID.test(value) ? t("nameless") : value);
    },
  };
}

function isKey(key: string): key is Key {
  return key in en;
}
