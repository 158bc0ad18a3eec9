import { Stack, Text } from "@mantine/core";
import { Moment } from "../../../shell/moment.tsx";
import { findHalt } from "../rules.ts";
import type { OperatedRelease, RolloutRule, RolloutStep } from "../schema.ts";
import { BoxList } from "./rollout-standing.tsx";
import { useTexts } from "./texts.ts";

/** What was done with a release, the last first: when, by whom and why. */
export function RolloutSteps({ release }: { release: OperatedRelease }) {
  const t = useTexts();
  const { steps } = release;
  const said = findHalt(release);
  if (steps.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {t("steps")}
      </Text>
      <Stack gap="xs" component="ol" m={0} pl="md" aria-label={t("steps")}>
        {steps.map((step) => (
          <Text key={`${step.at} ${step.deed}`} component="li" size="sm" className="any-length">
            <Step step={step} isSaid={step === said} />
          </Text>
        ))}
      </Stack>
    </div>
  );
}

/** `isSaid`: its boxes stand above already. */
function Step({ step, isSaid }: { step: RolloutStep; isSaid: boolean }) {
  const t = useTexts();
  const { at, by, name, words, grounds, ruled } = step;
  const who = by === "person" ? (name ?? t("by-nobody-now")) : t(`by-${by}`);
  const sayDeed = useDeedWords();
  const isNamed = !isSaid && grounds !== null && grounds.examples.length > 0;
  return (
    <>
      <b>{sayDeed(step)}</b> · {who} · <Moment at={at} />
      {ruled !== null && <Ruled {...ruled} />}
      {words !== null && ` · ${words}`}
      {grounds !== null &&
        by !== "person" &&
        ` · ${t(`grounds-by-${by}`, { count: grounds.boxes, of: grounds.of })}`}
      {isNamed && by === "clock" && ` ${t("grounds-left-out")}`}
      {isNamed && <BoxList boxes={grounds.examples} label={t("grounds-boxes")} />}
    </>
  );
}

function useDeedWords(): (step: RolloutStep) => string {
  const t = useTexts();
  return ({ deed, stage }) => {
    if (deed === "rule" || stage === null) return t("step-rule");
    return t(`step-${deed}`, { ring: t(`offered-${stage}`) });
  };
}

/** Which numbers of a rule were changed, each from what to what. */
function Ruled({ from, to }: { from: RolloutRule; to: RolloutRule }) {
  const t = useTexts();
  const hours = (count: number | null) =>
    count === null ? t("ruled-by-hand") : t("ruled-hours", { count });
  const isChanged = (number: keyof RolloutRule) => from[number] !== to[number];
  const changes = [
    isChanged("advanceHours") &&
      t("ruled-advance", { from: hours(from.advanceHours), to: hours(to.advanceHours) }),
    isChanged("haltBoxes") && t("ruled-boxes", { from: from.haltBoxes, to: to.haltBoxes }),
    isChanged("haltPercent") && t("ruled-percent", { from: from.haltPercent, to: to.haltPercent }),
  ];
  return changes.map((change) => change && ` · ${change}`);
}
