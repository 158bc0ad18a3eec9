import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../../shell/api.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { useMarkNames } from "../../../shell/marks.ts";
import { LOCALE } from "../../../shell/translate.ts";
import { listPath, listTree } from "../rules.ts";
import type { GroupsReply, MarkReply, TagsReply, TiersReply } from "../schema.ts";

/** A customer group, a tag or a tier, with how many customers have it. */
export type Mark = MarkReply;
export type Noun = "groups" | "tags" | "tiers";

/** Every group, or every tag, by name as the reader's language sorts; every tier in its order. */
export function useMarks(noun: Noun) {
  const { language } = useLanguage();
  const collator = useMemo(() => new Intl.Collator(LOCALE[language]), [language]);
  return useQuery({
    queryKey: ["marks", noun],
    queryFn: async ({ signal }): Promise<Mark[]> => {
      if (noun === "groups") return (await api.get<GroupsReply>("/groups", signal)).groups;
      if (noun === "tiers") return (await api.get<TiersReply>("/tiers", signal)).tiers;
      return (await api.get<TagsReply>("/tags", signal)).tags;
    },
    select: (marks) =>
      noun === "tiers" ? marks : marks.toSorted((a, b) => collator.compare(a.name, b.name)),
    meta: { live: true },
  });
}

/** Groups to choose from, each with those it stands in, in the order of the tree. */
export function useGroupChoices(): { value: string; label: string }[] {
  const groups = useMarkNames()?.groups ?? [];
  return listTree(groups.map((group) => ({ ...group, customers: 0 }))).map(({ id }) => ({
    value: id,
    label: listPath(groups, id).join(" › "),
  }));
}

export const toChoice = ({ id, name }: Pick<Mark, "id" | "name">) => ({ value: id, label: name });
