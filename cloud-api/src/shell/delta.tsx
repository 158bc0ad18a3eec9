import { VisuallyHidden } from "@mantine/core";
import { IconArrowDownRight, IconArrowUpRight, IconEqual } from "@tabler/icons-react";
import { compare, judge, type Rise } from "./change.ts";
import { useShellTexts } from "./language.tsx";
import { useFormat } from "./use-format.ts";
import "./delta.css";

const TIMES_FROM = 9;

type DeltaProps = {
  now: number;
  before: number;
  rise: Rise;
  /** The number before, as it is said. */
  said: string;
  /** Against what, in short and whole. */
  against: string;
  when: string;
};

/** How a number stands beside the one before: an arrow and a share; coloured by whether that is good. */
export function Delta({ now, before, rise, said, against, when }: DeltaProps) {
  const t = useShellTexts();
  const format = useFormat();
  const change = compare(now, before);
  const verdict = judge(change, rise);
  const hint = t("delta-hint", { before: said, when });
  const title = verdict ? `${hint} · ${t(verdict)}` : hint;
  // There was nothing before, and of that there is no share: not of nothing now either.
  if (change.kind === "new" || before === 0)
    return (
      <span className="delta" title={title}>
        {t("delta-new", { when })}
      </span>
    );
  const [Arrow, sign, share] =
    change.kind === "same"
      ? ([IconEqual, "", 0] as const)
      : change.kind === "more"
        ? ([IconArrowUpRight, "+", change.share] as const)
        : ([IconArrowDownRight, "−", change.share] as const);
  // Forty times as many says more than 3,900 per cent.
  const words =
    share >= TIMES_FROM
      ? t("times", { count: Math.round(share + 1) })
      : `${sign}${format.share(share)}`;
  return (
    <span className="delta" data-verdict={verdict ?? undefined} title={title}>
      <Arrow size={14} stroke={2.2} aria-hidden />
      <b>{words}</b> {against}
      {verdict && <VisuallyHidden>{t(verdict)}</VisuallyHidden>}
    </span>
  );
}
