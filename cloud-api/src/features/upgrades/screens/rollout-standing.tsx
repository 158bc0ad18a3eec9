import { Stack, Text } from "@mantine/core";
import { Moment } from "../../../shell/moment.tsx";
import type { OperatedRelease, RolloutBox, StandingCount } from "../schema.ts";
import { useReasonWords } from "./reason-words.ts";
import { useTexts } from "./texts.ts";

/** Those that went back or refused it have a list of their own. */
type Line = StandingCount & {
  standing: Exclude<StandingCount["standing"], "rolled-back" | "refused">;
};
const isLine = (count: StandingCount): count is Line =>
  count.standing !== "rolled-back" && count.standing !== "refused";

type PartProps = { release: OperatedRelease };

/** When a release goes on by itself or what that waits for, and how the boxes stand that it is offered to. */
export function RolloutStanding({ release }: PartProps) {
  const { stage, next } = release;
  const standings = release.standings.filter(isLine);
  const isQuiet = next.kind !== "at" && next.kind !== "waits" && next.kind !== "superseded";
  if (stage === null || (isQuiet && standings.length === 0)) return null;
  return (
    <Stack gap="xs">
      <NextStep release={release} />
      {standings.map((count) => (
        <StandingLine key={count.standing} count={count} />
      ))}
    </Stack>
  );
}

function NextStep({ release: { next, rule } }: PartProps) {
  const t = useTexts();
  if (next.kind === "at")
    return (
      <Text size="sm" fw={600}>
        {t("goes-on-at")} <Moment at={next.at} />
      </Text>
    );
  if (next.kind === "superseded") return <Text size="sm">{t("goes-on-superseded")}</Text>;
  return next.kind === "waits" ? <Text size="sm">{waits(next.for.length)}</Text> : null;

  function waits(count: number): string {
    const hours = rule.advanceHours ?? 0;
    return count === 0 ? t("goes-on-none-well") : t("goes-on-waits", { hours });
  }
}

function StandingLine({ count: { standing, boxes, examples } }: { count: Line }) {
  const t = useTexts();
  const isWell = standing === "well";
  return (
    <div>
      <Text size="sm" className={isWell ? "quiet" : undefined}>
        {t(`standing-${standing}`, { count: boxes })}
      </Text>
      {!isWell && <BoxList boxes={examples} label={t(`standing-${standing}`, { count: boxes })} />}
    </div>
  );
}

/** Boxes by their company and number, with what each said and when it was heard last. */
export function BoxList({ boxes, label }: { boxes: readonly RolloutBox[]; label: string }) {
  const t = useTexts();
  const say = useReasonWords();
  return (
    <Stack gap={4} component="ul" m={0} pl="md" aria-label={label}>
      {boxes.map(({ boxId, tenant, reason, askedAt }) => (
        <Text key={boxId} component="li" size="sm" className="any-length">
          <b>{tenant ?? t("company-gone")}</b> · {t("heard")} <Moment at={askedAt} />
          {reason !== null && ` · ${say(reason)}`}
          <Text size="xs">{t("box", { id: boxId })}</Text>
        </Text>
      ))}
    </Stack>
  );
}
