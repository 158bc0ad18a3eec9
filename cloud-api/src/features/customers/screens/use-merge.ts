import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import type { Merge } from "./replies.ts";

const ASK_AGAIN_MS = 200;
/** Longer than any log takes that is followed at all. */
const ASKED_TIMES_MAX = 100;

/** A merge, or its undoing, is done in its turn of the log: this waits until it was judged. */
async function waitFor(merge: Merge): Promise<Merge> {
  let last = merge;
  for (let asked = 0; asked < ASKED_TIMES_MAX; asked += 1) {
    if (last.state !== "asked" && last.state !== "parting") return last;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    last = await api.get<Merge>(`/customer-merges/${merge.id}`);
  }
  return last;
}

/** What was asked for was not done: why, in the API's word. */
export class NotMerged extends Error {
  override readonly name = "NotMerged";
  readonly reason: string;

  constructor(reason: string) {
    super(`The records were not made one, or not parted: ${reason}.`);
    this.reason = reason;
  }
}

function useForget(): () => Promise<unknown> {
  const queries = useQueryClient();
  return () =>
    Promise.all(
      ["customer", "customers", "customer-merges", "customer-suggestions"].map((noun) =>
        queries.invalidateQueries({ queryKey: [noun] }),
      ),
    );
}

/** Makes two records one. */
export function useMerge() {
  const forget = useForget();
  return useMutation({
    mutationFn: async (pair: { keptId: string; goneId: string }) => {
      const merge = await waitFor(await api.post<Merge>("/customer-merges", pair));
      if (merge.state !== "merged") throw new NotMerged(merge.reason ?? merge.state);
      return merge;
    },
    onSuccess: forget,
  });
}

/** Makes them two again. */
export function useUndoMerge() {
  const forget = useForget();
  return useMutation({
    mutationFn: async (id: string) => {
      const merge = await waitFor(await api.post<Merge>(`/customer-merges/${id}/undo`));
      if (merge.state !== "parted") throw new NotMerged(merge.reason ?? merge.state);
      return merge;
    },
    onSuccess: forget,
  });
}

/** Says that two records are two people. */
export function useDismiss() {
  const forget = useForget();
  return useMutation({
    mutationFn: (pair: { oneId: string; otherId: string }) =>
      api.post("/customer-suggestions/dismiss", pair),
    onSuccess: forget,
  });
}
