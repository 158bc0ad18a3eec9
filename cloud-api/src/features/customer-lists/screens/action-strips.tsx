import { useState } from "react";
import { useMay } from "../../../shell/session.tsx";
import { isBusy } from "../rules.ts";
import { ActionStrip } from "./action-strip.tsx";
import { type Action, useActions } from "./replies.ts";

/** For so long what came of an action stays above the list. */
const RECENT_MS = 10 * 60_000;

/** What goes on, and the last that has ended just now. */
export function ActionStrips() {
  if (!useMay("customer-lists.act")) return null;
  return <Strips />;
}

function Strips() {
  const { data: actions = [] } = useActions();
  const [hiddenId, setHiddenId] = useState<string | null>(null);
  const isRecent = ({ finishedAt }: Action) =>
    finishedAt !== null && Date.now() - Date.parse(finishedAt) < RECENT_MS;
  const ended = actions.find((action) => !isBusy(action));
  const last = ended && ended.id !== hiddenId && isRecent(ended) ? [ended] : [];
  return [...actions.filter(isBusy), ...last].map((action) => (
    <ActionStrip key={action.id} action={action} hide={() => setHiddenId(action.id)} />
  ));
}
