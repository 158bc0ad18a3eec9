import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Static } from "typebox";
import { api, withQuery } from "../../../shell/api.ts";
import type { OnePlace } from "../../../shell/place-filter.tsx";
import type { writeNarrowing } from "../../../shell/report-filters.ts";
import { useMay, useSession } from "../../../shell/session.tsx";
import type {
  ActionsReply,
  CaseActionBody,
  CaseChangeBody,
  CaseReply,
  CaseReportReply,
  CasesReply,
  WorkersReply,
} from "../schema.ts";

export type Case = CaseReply;
export type Report = CaseReportReply;

export const useCase = (id: string) =>
  useQuery({
    queryKey: ["case", id],
    queryFn: ({ signal }) => api.get<CaseReply>(`/cases/${id}`, signal),
    meta: { live: true },
  });

/** A customer's cases, open and closed; of whoever may not read cases none. */
export function useCustomerCases(customerId: string) {
  const mayRead = useMay("cases.read");
  return useQuery({
    // Below ["cases"], so that whoever changes one has these fetched again, too.
    queryKey: ["cases", "of-customer", customerId],
    queryFn: ({ signal }) => {
      const query = { customerId, state: "all", limit: "20" };
      return api.get<CasesReply>(withQuery("/cases", query), signal);
    },
    select: ({ cases }) => cases,
    enabled: mayRead,
    meta: { live: true },
  });
}

/** Every answer to a change is the case as it stands. */
export function useKeepCase() {
  const queries = useQueryClient();
  return async (kept: Case) => {
    queries.setQueryData(["case", kept.id], kept);
    await queries.invalidateQueries({ queryKey: ["cases"] });
  };
}

export type CaseChange = Omit<Static<typeof CaseChangeBody>, "changedAt">;

export function useChangeCase({ id, changedAt }: Case) {
  const keep = useKeepCase();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: CaseChange) => api.patch<Case>(`/cases/${id}`, { changedAt, ...change }),
    onSuccess: keep,
    // Somebody else was sooner: what they did is shown.
    onError: () => queries.invalidateQueries({ queryKey: ["case", id] }),
  });
}

export function useAddAction({ id }: Case) {
  const keep = useKeepCase();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (action: Static<typeof CaseActionBody>) =>
      api.post<Case>(`/cases/${id}/actions`, action),
    onSuccess: async (kept) => {
      await keep(kept);
      await queries.invalidateQueries({ queryKey: ["make-good-actions"] });
    },
  });
}

export const useActionNames = () =>
  useQuery({
    queryKey: ["make-good-actions"],
    queryFn: ({ signal }) => api.get<ActionsReply>("/make-good-actions", signal),
    select: ({ actions }) => actions,
    meta: { live: true },
  });

/** Who may be given cases of a branch; nobody to whoever may not give one. */
export function useWorkers(branchId: string) {
  const mayEdit = useSession().permissions.includes("cases.edit");
  return useQuery({
    queryKey: ["case-workers"],
    queryFn: ({ signal }) => api.get<WorkersReply>("/case-workers", signal),
    select: ({ workers }) =>
      workers.filter(({ branchIds }) => branchIds === null || branchIds.includes(branchId)),
    enabled: mayEdit,
  });
}

export type Period = OnePlace & {
  from: string;
  to: string;
} & ReturnType<typeof writeNarrowing>;

export const useReport = (period: Period) =>
  useQuery({
    queryKey: ["case-report", period],
    queryFn: ({ signal }) => api.get<Report>(withQuery("/case-report", period), signal),
    placeholderData: (before) => before,
    meta: { live: true },
  });
