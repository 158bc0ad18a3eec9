import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { Moment } from "../../../shell/moment.tsx";
import { Section } from "../../../shell/page.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { findHalt, listDeeds, type RolloutDeed } from "../rules.ts";
import type { OperatedRelease } from "../schema.ts";
import { useReasonWords } from "./reason-words.ts";
import { RolloutDialog } from "./rollout-dialog.tsx";
import { BoxList, RolloutStanding } from "./rollout-standing.tsx";
import { RolloutSteps } from "./rollout-steps.tsx";
import { RuleDialog } from "./rule-dialog.tsx";
import { useTexts } from "./texts.ts";

/** One release: how far it is offered, what became of it, and what can be done with it. */
export function ReleaseSection({ release }: { release: OperatedRelease }) {
  const t = useTexts();
  const format = useFormat();
  const [deed, setDeed] = useState<RolloutDeed | null>(null);
  const [isRuling, setRuling] = useState(false);
  const { version, architecture, bytes, signedAt } = release.announcement;
  const hint = (
    <>
      {t(`for-${architecture}`)} · {format.bytes(bytes)} · {t("signed")} <Moment at={signedAt} />
    </>
  );
  const actions = (
    <Group gap="xs">
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t("rule-title", { version })}
        onClick={() => setRuling(true)}
      >
        {t("rule")}
      </Button>
      {listDeeds(release).map((each) => (
        <Button
          key={each}
          size="compact-sm"
          variant={each === "halt" ? "default" : "filled"}
          aria-label={t(`${each}-title`, { version })}
          onClick={() => setDeed(each)}
        >
          {t(each)}
        </Button>
      ))}
    </Group>
  );
  return (
    <Section title={`${version} · ${architecture}`} hint={hint} actions={actions}>
      <Stack gap="sm">
        <Standing release={release} />
        <Rule release={release} />
        <RolloutStanding release={release} />
        <Failures release={release} />
        <RolloutSteps release={release} />
      </Stack>
      <RuleDialog release={release} isOpen={isRuling} close={() => setRuling(false)} />
      <RolloutDialog release={release} deed={deed} close={() => setDeed(null)} />
    </Section>
  );
}

type PartProps = { release: OperatedRelease };

function Standing({ release }: PartProps) {
  const t = useTexts();
  const { stage, haltedReason, partsHeld, partsWanted } = release;
  const { upgraded, rolledBack, refused } = release;
  if (partsHeld < partsWanted)
    return <Text size="sm">{t("in-part", { held: partsHeld, wanted: partsWanted })}</Text>;
  if (stage === null) return <Text size="sm">{t("stage-none")}</Text>;
  return (
    <>
      {haltedReason === null ? (
        <Text size="sm" fw={600}>
          {t(`stage-${stage}`)}
        </Text>
      ) : (
        <Alert
          variant="light"
          color="orange"
          icon={<IconAlertTriangle size={18} />}
          title={t("halted")}
        >
          <HaltWords release={release} words={haltedReason} />
        </Alert>
      )}
      <Text size="sm" className="quiet">
        {t("became", { upgraded, rolledBack, refused })}
      </Text>
    </>
  );
}

/** A person's own words, or which boxes went back and why; before steps were kept, the first alone. */
function HaltWords({ release, words }: PartProps & { words: string }) {
  const t = useTexts();
  const say = useReasonWords();
  const grounds = findHalt(release)?.grounds ?? null;
  const told = /^rolled-back: (.*)$/.exec(words)?.[1];
  if (told === undefined) return <span className="any-length">{words}</span>;
  if (grounds === null)
    return <span className="any-length">{t("halted-by-box", { reason: say(told) })}</span>;
  return (
    <>
      {t("grounds-boxes-halt", { count: grounds.boxes, of: grounds.of })}
      <BoxList boxes={grounds.examples} label={t("grounds-boxes")} />
    </>
  );
}

function Rule({ release: { rule } }: PartProps) {
  const t = useTexts();
  const { advanceHours, haltBoxes, haltPercent } = rule;
  return (
    <Text size="sm" className="quiet">
      {advanceHours === null ? t("rule-off") : t("rule-hours-said", { count: advanceHours })}{" "}
      {t("rule-halt-said", { boxes: haltBoxes, percent: haltPercent })}
    </Text>
  );
}

/** Beside those that the halt names. */
function Failures({ release }: PartProps) {
  const t = useTexts();
  const say = useReasonWords();
  const named = new Set(findHalt(release)?.grounds?.examples.map(({ boxId }) => boxId));
  const failures = release.failures.filter(({ boxId }) => !named.has(boxId));
  if (failures.length === 0) return null;
  return (
    <Stack gap="xs" component="ul" m={0} pl="md" aria-label={t("failures")}>
      {failures.map(({ boxId, tenant, outcome, reason, at }) => (
        <Text key={boxId} component="li" size="sm" className="any-length">
          <b>{tenant}</b> · {t(`became-${outcome}`)} · <Moment at={at} />
          {reason !== null && ` · ${say(reason)}`}
          <Text size="xs" className="quiet">
            {t("box", { id: boxId })}
          </Text>
        </Text>
      ))}
    </Stack>
  );
}
