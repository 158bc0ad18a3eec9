import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import type { AccountBody, AccountReply, AccountsReply, FollowsReply } from "../schema.ts";

export type Account = AccountReply;
export type { AccountBody, AccountsReply };

/** How often the progress of a run is asked for. */
const PROGRESS_MS = 700;
const KEY = ["zalo-accounts"];

export function useAccounts() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<AccountsReply>("/zalo-accounts", signal),
    refetchInterval: ({ state }) =>
      state.data?.accounts.some(({ state: now }) => now === "running") ? PROGRESS_MS : false,
    meta: { live: true },
  });
}

export function useFollows(customerId: string) {
  return useQuery({
    queryKey: ["customer", customerId, "zalo"],
    queryFn: ({ signal }) => api.get<FollowsReply>(`/customers/${customerId}/zalo`, signal),
    select: ({ follows }) => follows,
    meta: { live: true },
  });
}

export function useSave() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ senderId, ...body }: AccountBody & { senderId: string }) =>
      api.put(`/zalo-accounts/${senderId}`, body),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

export function useActs(senderId: string) {
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: KEY });
  const act = useMutation({
    mutationFn: (name: "sync" | "cancel") => api.post(`/zalo-accounts/${senderId}/${name}`),
    onSettled: again,
  });
  const remove = useMutation({
    mutationFn: () => api.remove(`/zalo-accounts/${senderId}`),
    onSettled: again,
  });
  return { act, remove };
}
