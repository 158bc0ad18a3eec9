import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import type {
  AdvertEventsReply,
  AdvertTagsBody,
  AdvertTagsReply,
  MetaAccessBody,
} from "../schema.ts";

export type Tags = AdvertTagsReply;
export type ToldVisit = AdvertEventsReply["events"][number];

const KEY = ["advert-tags"];
export const PATH = "/advert-tags";

export function useTags() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<Tags>(PATH, signal),
    meta: { live: true },
  });
}

export const useSaveTags = () => useSaving((body: AdvertTagsBody) => api.put<Tags>(PATH, body));
export const useSaveAccess = () =>
  useSaving((body: MetaAccessBody) => api.put<Tags>(`${PATH}/meta-access`, body));

function useSaving<Body>(save: (body: Body) => Promise<Tags>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: save,
    onSuccess: (saved) => queries.setQueryData(KEY, saved),
  });
}
