import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, withQuery } from "../../../shell/api.ts";
import type { FormRequest, ImportListReply, ImportReply, PlanRequest } from "../schema.ts";

export type Import = ImportReply;
export type ImportLine = ImportListReply["imports"][number];
export type Plan = PlanRequest;

/** How often the progress of a running import is asked for. */
const PROGRESS_MS = 700;

export const isBusy = ({ state }: Pick<Import, "state">) =>
  state === "checking" || state === "running";

export function useImports() {
  return useQuery({
    queryKey: ["imports"],
    queryFn: ({ signal }) => api.get<ImportListReply>("/imports", signal),
    select: ({ imports }) => imports,
    refetchInterval: ({ state }) => (state.data?.imports.some(isBusy) ? PROGRESS_MS : false),
    meta: { live: true },
  });
}

export function useImport(id: string) {
  return useQuery({
    queryKey: ["imports", id],
    queryFn: ({ signal }) => api.get<Import>(`/imports/${id}`, signal),
    refetchInterval: ({ state }) => (state.data && isBusy(state.data) ? PROGRESS_MS : false),
    // A field of the company's own can be chosen as soon as it is made.
    meta: { live: true },
  });
}

/** Everything that is done to an import; each shows what it has become. */
export function useSteps(id: string) {
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: ["imports"] });
  const form = useMutation({
    mutationFn: (body: FormRequest) => api.put(`/imports/${id}/form`, body),
    onSettled: again,
  });
  const check = useMutation({
    mutationFn: (plan: Plan) => api.put(`/imports/${id}/plan`, plan),
    onSettled: again,
  });
  const run = useMutation({
    mutationFn: () => api.post(`/imports/${id}/run`),
    onSettled: again,
  });
  const cancel = useMutation({
    mutationFn: () => api.post(`/imports/${id}/cancel`),
    onSettled: again,
  });
  return { form, check, run, cancel };
}

export const uploadFile = (file: File) =>
  api.upload<Import>(withQuery("/imports", { name: file.name.slice(-200) }), file);
