import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { Moment } from "../../../shell/moment.tsx";
import { Section } from "../../../shell/page.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { listDeeds, type RolloutDeed } from "../rules.ts";
import type { OperatedRelease } from "../schema.ts";
import { useReasonWords } from "./reason-words.ts";
import { RolloutDialog } from "./rollout-dialog.tsx";
import { useTexts } from "./texts.ts";

/** One release: how far it is offered, what became of it, and what can be done with it. */
export function ReleaseSection({ release }: { release: OperatedRelease }) {
  const t = useTexts();
  const format = useFormat();
  const [deed, setDeed] = useState<RolloutDeed | null>(null);
  const { version, architecture, bytes, signedAt } = release.announcement;
  const hint = (
    <>
      {t(`for-${architecture}`)} · {format.bytes(bytes)} · {t("signed")} <Moment at={signedAt} />
    </>
  );
  const actions = (
    <Group gap="xs">
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
        <Failures release={release} />
      </Stack>
      <RolloutDialog release={release} deed={deed} close={() => setDeed(null)} />
    </Section>
  );
}

type PartProps = { release: OperatedRelease };

function Standing({ release }: PartProps) {
  const t = useTexts();
  const say = useReasonWords();
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
          <span className="any-length">{sayHalt(haltedReason)}</span>
        </Alert>
      )}
      <Text size="sm" className="quiet">
        {t("became", { upgraded, rolledBack, refused })}
      </Text>
    </>
  );

  /** A person's own words, or what the first box that went back gave as its reason. */
  function sayHalt(words: string): string {
    const told = /^rolled-back: (.*)$/.exec(words)?.[1];
    return told === undefined ? words : t("halted-by-box", { reason: say(told) });
  }
}

function Failures({ release: { failures } }: PartProps) {
  const t = useTexts();
  const say = useReasonWords();
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
