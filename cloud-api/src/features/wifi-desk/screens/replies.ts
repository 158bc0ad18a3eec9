import { useQuery } from "@tanstack/react-query";
import type { Static } from "typebox";
import { api } from "../../../shell/api.ts";
import type { DeviceRulesReply, OnlineReply, TraceReply } from "../schema.ts";

export type { DeviceRuleReply as DeviceRule, NewTraceReply, OnlineSession } from "../schema.ts";
export type Trace = Static<typeof TraceReply>;
export type TraceNote = Trace["notes"][number];

/** An answer of a box moves no log: it is asked for again. */
const ASK_AGAIN_MS = 5000;
const TRACE_ASK_AGAIN_MS = 1000;

export const onlineKey = (branchId: string) => ["online", branchId];
export const rulesKey = (branchId: string) => ["device-rules", branchId];

export function useOnline(branchId: string) {
  return useQuery({
    queryKey: onlineKey(branchId),
    queryFn: ({ signal }) =>
      api.get<Static<typeof OnlineReply>>(`/branches/${branchId}/online`, signal),
    refetchInterval: ASK_AGAIN_MS,
    meta: { live: true },
  });
}

export function useRules(branchId: string) {
  return useQuery({
    queryKey: rulesKey(branchId),
    queryFn: ({ signal }) =>
      api.get<Static<typeof DeviceRulesReply>>(`/branches/${branchId}/device-rules`, signal),
    meta: { live: true },
  });
}

export function useTrace(branchId: string, traceId: string | null) {
  return useQuery({
    queryKey: ["trace", traceId],
    queryFn: ({ signal }) => api.get<Trace>(`/branches/${branchId}/traces/${traceId}`, signal),
    enabled: traceId !== null,
    refetchInterval: ({ state }) =>
      state.data?.boxes.every((box) => box.state !== "asked") ? false : TRACE_ASK_AGAIN_MS,
  });
}
