import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import type {
  ChainBody,
  ChainReply,
  MessagesReply,
  SenderBody,
  SenderReply,
  SendersReply,
} from "../schema.ts";

export type Sender = SenderReply;
export type Chain = ChainReply;
export type Message = MessagesReply["messages"][number];

const SENDERS = ["senders"];
const chainOf = (branchId: string) => ["code-channels", branchId];
const pathOf = (branchId: string) => `/branches/${branchId}/code-channels`;

export function useSenders() {
  return useQuery({
    queryKey: SENDERS,
    queryFn: async ({ signal }) => (await api.get<SendersReply>("/senders", signal)).senders,
    meta: { live: true },
  });
}

export function useChain(branchId: string) {
  return useQuery({
    queryKey: chainOf(branchId),
    queryFn: ({ signal }) => api.get<ChainReply>(pathOf(branchId), signal),
    meta: { live: true },
  });
}

export function useMessages(branchId: string) {
  return useQuery({
    queryKey: ["code-messages", branchId],
    queryFn: async ({ signal }) =>
      (await api.get<MessagesReply>(`/code-messages?branchId=${branchId}`, signal)).messages,
    meta: { live: true },
  });
}

/** Saves onto the version that was shown: what somebody else saved meanwhile is not undone. */
export function useSaveChain(branchId: string, done: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ChainBody) => api.put<ChainReply>(pathOf(branchId), body),
    onSuccess: async (reply) => {
      queries.setQueryData(chainOf(branchId), reply);
      await queries.invalidateQueries({ queryKey: SENDERS });
      void queries.invalidateQueries({ queryKey: ["branch-settings", branchId] });
      done();
    },
  });
}

export function useSaveSender(id: string | null, done: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: SenderBody) =>
      id === null
        ? api.post<SenderReply>("/senders", body)
        : api.put<SenderReply>(`/senders/${id}`, body),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: SENDERS });
      done();
    },
  });
}

export function useRemoveSender(id: string, done: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.remove(`/senders/${id}`),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: SENDERS });
      done();
    },
  });
}

export function useTestSender(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { contact: string; language: "vi" | "en" }) =>
      api.post(`/senders/${id}/tests`, body),
    onSuccess: () => queries.invalidateQueries({ queryKey: SENDERS }),
  });
}
