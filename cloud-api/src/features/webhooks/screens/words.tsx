import { Badge } from "@mantine/core";
import en from "../locales/en.json";
import type { DeliveryReply } from "../schema.ts";
import type { Endpoint } from "./replies.ts";
import { useTexts } from "./texts.ts";

type Key = keyof typeof en;

/** What an endpoint is called: what it is for, or its host. */
export const nameOf = ({ description, url }: Pick<Endpoint, "description" | "url">) =>
  description || hostOf(url);

export const hostOf = (url: string) => URL.parse(url)?.host ?? url;

/** An event in words; its own name where a newer release has others. */
export function useTypeName(): (type: string) => string {
  const t = useTexts();
  return (type) => {
    const key = `type-${type}`;
    return isKey(key) ? t(key) : type;
  };
}

const isKey = (key: string): key is Key => key in en;

const COLOURS = { on: "green", off: "gray", disabled: "red" } as const;

export function StateBadge({ endpoint }: { endpoint: Endpoint }) {
  const t = useTexts();
  const { state, failingSince } = endpoint;
  const isFailing = state === "on" && failingSince !== null;
  return (
    <Badge variant="light" color={isFailing ? "red" : COLOURS[state]} tt="none">
      {t(isFailing ? "state-failing" : `state-${state}`)}
    </Badge>
  );
}

const OUTCOMES = {
  waiting: "blue",
  delivered: "green",
  failed: "red",
  withheld: "gray",
} as const;

export function OutcomeBadge({ state }: Pick<DeliveryReply, "state">) {
  const t = useTexts();
  return (
    <Badge variant="light" color={OUTCOMES[state]} tt="none">
      {t(`delivery-${state}`)}
    </Badge>
  );
}

/** Why a message did not arrive, or not yet; null: there is nothing to say. */
export function useReason(): (told: Pick<DeliveryReply, "status" | "reason">) => string | null {
  const t = useTexts();
  return ({ status, reason }) => {
    if (reason === null) return status === null ? null : t("answered", { status });
    const why = t(`reason-${reason}`);
    return reason === "status" && status !== null ? t("answered", { status }) : why;
  };
}
