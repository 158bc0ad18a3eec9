import { useNow } from "./clock.ts";
import { formatExactly, formatMoment, formatSince } from "./format.ts";
import { useLanguage } from "./language.tsx";

type MomentProps = { at: string; timeZone?: string | undefined };

/** A day and time on the branch's clock; the exact time with its zone is in the tooltip. */
export function Moment({ at, timeZone }: MomentProps) {
  const { language } = useLanguage();
  const now = useNow();
  return (
    <time dateTime={at} title={formatExactly(language, at, timeZone)} className="figure">
      {formatMoment(language, at, { timeZone, now })}
    </time>
  );
}

/** How long ago, moving by itself. */
export function Since({ at, timeZone }: MomentProps) {
  const { language } = useLanguage();
  const now = useNow();
  return (
    <time dateTime={at} title={formatExactly(language, at, timeZone)} className="figure">
      {formatSince(language, at, now)}
    </time>
  );
}
