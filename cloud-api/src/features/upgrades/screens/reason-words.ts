import { useTexts } from "./texts.ts";

const KNOWN = [
  ...["busy", "no-room", "no-key", "signed-by-another", "other-processor", "runs-already"],
  ...["older-than-what-runs", "older-than-the-last", "not-as-announced"],
] as const;
const TROUBLES = ["store-fails", "outbox-full", "backlog", "settings-refused"] as const;

/** Why an upgrade came to nothing, in words; what the box says in its own is given as it is. */
export function useReasonWords(): (reason: string) => string {
  const t = useTexts();
  return (reason) => {
    const known = KNOWN.find((each) => each === reason);
    if (known) return t(`reason-${known}`);
    const trouble = TROUBLES.find((each) => each === reason);
    if (trouble) return t(`trouble-${trouble}`);
    const services = /^did not come up: ([^,]+)/.exec(reason)?.[1];
    if (services) return t("reason-broken", { services });
    return reason === "the power was cut" ? t("reason-power") : t("reason-said", { reason });
  };
}
