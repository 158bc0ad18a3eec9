import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { moveMark } from "../rules.ts";
import type { TiersReply } from "../schema.ts";
import { Action } from "./action.tsx";
import { type Mark, useMarks } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Moves a tier up or down by one. */
export function MoveTier({ tier }: { tier: Mark }) {
  const t = useTexts();
  const queries = useQueryClient();
  const ids = (useMarks("tiers").data ?? []).map(({ id }) => id);
  const place = ids.indexOf(tier.id);
  const move = useMutation({
    scope: { id: "tier-order" },
    mutationFn: (by: -1 | 1) =>
      api.put<TiersReply>("/tier-order", { tierIds: moveMark(ids, { from: place, by }) }),
    // Somebody else may have been faster: what there is now is shown either way.
    onSettled: () => queries.invalidateQueries({ queryKey: ["marks"] }),
  });
  return (
    <>
      <Action
        label={t("move-up", { name: tier.name })}
        disabled={place <= 0 || move.isPending}
        onClick={() => move.mutate(-1)}
      >
        <IconArrowUp size={15} />
      </Action>
      <Action
        label={t("move-down", { name: tier.name })}
        disabled={place === ids.length - 1 || move.isPending}
        onClick={() => move.mutate(1)}
      >
        <IconArrowDown size={15} />
      </Action>
    </>
  );
}
