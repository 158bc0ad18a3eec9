import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import type {
  DeliveryDetailReply,
  EndpointBody,
  EndpointReply,
  EndpointsReply,
  NewEndpointBody,
  NewEndpointReply,
  NewSecretReply,
  ReplayReply,
  TestReply,
} from "../schema.ts";

export type Endpoint = EndpointReply;
export type Settings = NewEndpointBody;

const KEY = ["webhooks"];
const DELIVERIES = ["deliveries"];
/** What is on its way is looked after as often. */
const ON_ITS_WAY_MS = 2000;

export function useEndpoints() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<EndpointsReply>("/webhooks", signal),
    meta: { live: true },
  });
}

export function useEndpoint(id: string) {
  return useQuery({
    queryKey: [...KEY, id],
    queryFn: ({ signal }) => api.get<EndpointReply>(`/webhooks/${id}`, signal),
    refetchInterval: ({ state }) => (state.data?.waiting ? ON_ITS_WAY_MS : false),
    meta: { live: true },
  });
}

export function useDelivery(id: string, messageId: string | null) {
  return useQuery({
    queryKey: [...DELIVERIES, id, messageId],
    queryFn: ({ signal }) =>
      api.get<DeliveryDetailReply>(`/webhooks/${id}/deliveries/${messageId}`, signal),
    enabled: messageId !== null,
    refetchInterval: ({ state }) => (state.data?.state === "waiting" ? ON_ITS_WAY_MS : false),
  });
}

/** Has everything asked for anew that a change may have changed. */
export function useAgain() {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: KEY }),
      queries.invalidateQueries({ queryKey: DELIVERIES }),
    ]);
}

export function useAdd() {
  const again = useAgain();
  return useMutation({
    mutationFn: (settings: Settings) => api.post<NewEndpointReply>("/webhooks", settings),
    onSuccess: again,
  });
}

export function useSave(id: string) {
  const again = useAgain();
  return useMutation({
    mutationFn: (body: EndpointBody) => api.put(`/webhooks/${id}`, body),
    onSuccess: again,
  });
}

export function useRemove(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.remove(`/webhooks/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY, exact: true }),
  });
}

export function useNewSecret(id: string) {
  const again = useAgain();
  return useMutation({
    mutationFn: () => api.post<NewSecretReply>(`/webhooks/${id}/secret`),
    onSuccess: again,
  });
}

export function useTest(id: string) {
  const again = useAgain();
  return useMutation({
    mutationFn: () => api.post<TestReply>(`/webhooks/${id}/test`),
    onSuccess: again,
  });
}

export function useReplay(id: string) {
  const again = useAgain();
  return useMutation({
    mutationFn: (messageId: string) => api.post(`/webhooks/${id}/deliveries/${messageId}/replay`),
    onSuccess: again,
  });
}

export function useReplayFailed(id: string) {
  const again = useAgain();
  return useMutation({
    mutationFn: (since: string) => api.post<ReplayReply>(`/webhooks/${id}/replays`, { since }),
    onSuccess: again,
  });
}
