import { useQuery } from "@tanstack/react-query";
import type { Static } from "typebox";
import { api } from "../../../shell/api.ts";
import type {
  DeviceRulesReply,
  MemberKeysReply,
  NasHealthReply,
  NasSetupReply,
  OnlineReply,
  TraceReply,
} from "../schema.ts";

export type {
  DeviceRuleReply as DeviceRule,
  MemberKeyReply as MemberKey,
  NewTraceReply,
  OnlineSession,
} from "../schema.ts";
export type Trace = Static<typeof TraceReply>;
export type TraceNote = Trace["notes"][number];

export type NasHealth = Static<typeof NasHealthReply>;
export type AccessPoint = NasHealth["accessPoints"][number];

/** An answer of a box moves no log: it is asked for again. */
const ASK_AGAIN_MS = 5000;
const TRACE_ASK_AGAIN_MS = 1000;

export const onlineKey = (branchId: string) => ["online", branchId];
export const rulesKey = (branchId: string) => ["device-rules", branchId];

export const keysKey = (customerId: string) => ["member-keys", customerId];

export function useMemberKeys(customerId: string) {
  return useQuery({
    queryKey: keysKey(customerId),
    queryFn: ({ signal }) =>
      api.get<Static<typeof MemberKeysReply>>(`/customers/${customerId}/member-keys`, signal),
    select: ({ keys }) => keys,
    // Only a box's answer is awaited that moves no log.
    refetchInterval: ({ state: { data } }) =>
      data?.keys.some(({ state }) => state === "ending") ? ASK_AGAIN_MS : false,
    meta: { live: true },
  });
}

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

export function useNasHealth(branchId: string) {
  return useQuery({
    queryKey: ["nas-health", branchId],
    queryFn: ({ signal }) => api.get<NasHealth>(`/branches/${branchId}/nas-health`, signal),
    // A report of a box moves no log.
    refetchInterval: NAS_ASK_AGAIN_MS,
  });
}
const NAS_ASK_AGAIN_MS = 3000;

export function useNasSetup(branchId: string, nasId: string) {
  return useQuery({
    queryKey: ["nas-setup", branchId, nasId],
    queryFn: ({ signal }) =>
      api.get<Static<typeof NasSetupReply>>(`/branches/${branchId}/nas/${nasId}/setup`, signal),
  });
}
