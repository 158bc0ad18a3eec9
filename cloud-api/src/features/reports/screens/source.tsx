import { useFormat } from "../../../shell/use-format.ts";
import type { Freshness } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** When the numbers were counted, and what has to be known of them. */
export function useSource() {
  const t = useTexts();
  const format = useFormat();
  return (freshness: Freshness | undefined, zone: string | undefined): string => {
    if (!freshness) return t("counting");
    const { asOf, isBehind, branchesCountedAnew, faultyDays } = freshness;
    return [
      t("as-of", { time: format.clock(asOf, zone) }),
      ...(isBehind ? [t("behind")] : []),
      ...(branchesCountedAnew > 0 ? [t("counted-anew", { count: branchesCountedAnew })] : []),
      ...(faultyDays > 0 ? [t("faulty-days", { count: faultyDays })] : []),
    ].join(" · ");
  };
}
