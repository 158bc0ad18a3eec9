import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useMarkNames } from "../../../shell/marks.ts";
import { isBusy } from "../rules.ts";
import type {
  ActionReply,
  ActionsReply,
  LeftReply,
  ViewBody,
  ViewReply,
  ViewsReply,
} from "../schema.ts";

export type Action = ActionReply;
export type View = ViewReply;

/** How often the progress of an action that goes on is asked for. */
const PROGRESS_MS = 700;

/** What was done to many at once, the newest first. */
export function useActions(isAsked = true) {
  return useQuery({
    queryKey: ["customer-actions"],
    queryFn: ({ signal }) => api.get<ActionsReply>("/customer-actions", signal),
    select: ({ actions }) => actions,
    enabled: isAsked,
    refetchInterval: ({ state }) => (state.data?.actions.some(isBusy) ? PROGRESS_MS : false),
    meta: { live: true },
  });
}

/** Everything that is done to an action that was begun. */
export function useSteps(id: string) {
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: ["customer-actions"] });
  const cancel = useMutation({
    mutationFn: () => api.post<Action>(`/customer-actions/${id}/cancel`),
    onSettled: again,
  });
  const undo = useMutation({
    mutationFn: () => api.post<Action>(`/customer-actions/${id}/undo`),
    onSettled: again,
  });
  return { cancel, undo };
}

export function useLeft(id: string) {
  return useQuery({
    queryKey: ["customer-actions", id, "left"],
    queryFn: ({ signal }) => api.get<LeftReply>(`/customer-actions/${id}/left`, signal),
    select: ({ customers }) => customers,
  });
}

export function useViews() {
  return useQuery({
    queryKey: ["customer-views"],
    queryFn: ({ signal }) => api.get<ViewsReply>("/customer-views", signal),
    select: ({ views }) => views,
  });
}

/** Everything that is done to views. */
export function useViewChanges() {
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: ["customer-views"] });
  const save = useMutation({
    mutationFn: ({ id, body }: { id: string | null; body: ViewBody }) =>
      id === null
        ? api.post<View>("/customer-views", body)
        : api.put<View>(`/customer-views/${id}`, body),
    onSuccess,
  });
  const share = useMutation({
    mutationFn: ({ id, shared }: { id: string; shared: boolean }) =>
      api.put<View>(`/customer-views/${id}/sharing`, { shared }),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.remove<null>(`/customer-views/${id}`),
    onSuccess,
  });
  return { save, share, remove };
}

type Named = { id: string; name: string };

/** Tags or groups to choose from. */
export function useMarkChoices(noun: "tags" | "groups"): Named[] | undefined {
  return useMarkNames()?.[noun];
}
