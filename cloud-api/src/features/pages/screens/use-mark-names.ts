import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";

type Mark = { id: string; name: string };
type Marks = { groups?: Mark[]; tags?: Mark[]; tiers?: Mark[] };

/** What groups, tags and tiers are called, by id. */
export function useMarkNames(): (id: string) => string | undefined {
  const ofKind = (kind: keyof Marks) => ({
    queryKey: [kind],
    queryFn: ({ signal }: { signal: AbortSignal }) => api.get<Marks>(`/${kind}`, signal),
    retry: false,
  });
  const replies = [useQuery(ofKind("groups")), useQuery(ofKind("tags")), useQuery(ofKind("tiers"))];
  const marks = replies.flatMap(({ data }) =>
    Object.values(data ?? {})
      .filter(Array.isArray)
      .flat(),
  );
  const names = new Map((marks as Mark[]).map(({ id, name }) => [id, name]));
  return (id) => names.get(id);
}
