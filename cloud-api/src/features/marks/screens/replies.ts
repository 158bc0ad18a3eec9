import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import type { GroupsReply, MarkReply, TagsReply } from "../schema.ts";

/** A customer group or a tag, with how many customers have it. */
export type Mark = MarkReply;
export type Noun = "groups" | "tags";

/** Every group, or every tag, by name. */
export function useMarks(noun: Noun) {
  return useQuery({
    queryKey: ["marks", noun],
    queryFn: async ({ signal }): Promise<Mark[]> => {
      if (noun === "groups") return (await api.get<GroupsReply>("/groups", signal)).groups;
      return (await api.get<TagsReply>("/tags", signal)).tags;
    },
    meta: { live: true },
  });
}

export const toChoice = ({ id, name }: Pick<Mark, "id" | "name">) => ({ value: id, label: name });
