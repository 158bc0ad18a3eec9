import { useNow } from "./clock.ts";
import { formatClock, formatExactly, formatMoment, formatSince } from "./format.ts";
import { useLanguage } from "./language.tsx";

type SinceProps = { at: string; timeZone?: string | undefined };
type MomentProps = SinceProps & {
  /** `clock` where the day is said beside it already. */
  form?: "day" | "clock";
};

/** A day and time on the branch's clock; the exact time with its zone is in the tooltip. */
export function Moment({ at, timeZone, form = "day" }: MomentProps) {
  const { language } = useLanguage();
  const now = useNow();
  return (
    <time dateTime={at} title={formatExactly(language, at, timeZone)} className="figure">
      {form === "clock"
        ? formatClock(language, at, timeZone)
        : formatMoment(language, at, { timeZone, now })}
    </time>
  );
}

/** How long ago, moving by itself. */
export function Since({ at, timeZone }: SinceProps) {
  const { language } = useLanguage();
  const now = useNow();
  return (
    <time dateTime={at} title={formatExactly(language, at, timeZone)} className="figure">
      {formatSince(language, at, now)}
    </time>
  );
}
