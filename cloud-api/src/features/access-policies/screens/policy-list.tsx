import { ActionIcon, Box, Group, Text, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPencil } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useNow } from "../../../shell/clock.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { useMay } from "../../../shell/session.tsx";
import { listUnreachable, movePolicy } from "../rules.ts";
import type { PoliciesReply, Policy } from "../schema.ts";
import { type Edit, useMarks } from "./replies.ts";
import { sayLimits, sayWho, type Words } from "./sentences.ts";
import { useTexts } from "./texts.ts";

const NUMBER_WIDTH = 16;

type PolicyListProps = {
  shown: PoliciesReply;
  open: (policy: Policy) => void;
  isMoving: boolean;
  change: (edit: Edit) => void;
};

/** The policies as sentences, in the order they are tried. */
export function PolicyList({ shown, open, isMoving, change }: PolicyListProps) {
  const t = useTexts();
  const mayChange = useMay("access-policies.edit");
  const words = useWords(shown.timeZone);
  const { policies } = shown;
  const unreachable = listUnreachable(policies);
  return (
    <Box component="ol" className="surface steps" aria-label={t("title")}>
      {policies.map((policy, index) => (
        <li key={policy.id} className="record-row">
          <Group wrap="nowrap" gap="sm">
            <Text size="sm" className="quiet figure" w={NUMBER_WIDTH} style={{ flexShrink: 0 }}>
              {index + 1}
            </Text>
            <Text fw={600} size="sm" flex={1} miw={0} style={{ overflowWrap: "anywhere" }}>
              {policy.name}
            </Text>
            {mayChange && (
              <Group gap={2} wrap="nowrap" style={{ flexShrink: 0 }}>
                <Action
                  label={t("move-up", { name: policy.name })}
                  isOff={isMoving || index === 0}
                  act={() => change((all) => movePolicy(all, { from: index, by: -1 }))}
                >
                  <IconArrowUp size={16} />
                </Action>
                <Action
                  label={t("move-down", { name: policy.name })}
                  isOff={isMoving || index === policies.length - 1}
                  act={() => change((all) => movePolicy(all, { from: index, by: 1 }))}
                >
                  <IconArrowDown size={16} />
                </Action>
                <Action label={t("edit-name", { name: policy.name })} act={() => open(policy)}>
                  <IconPencil size={16} />
                </Action>
              </Group>
            )}
          </Group>
          <Sentence policy={policy} words={words} isReached={!unreachable.includes(policy.id)} />
        </li>
      ))}
    </Box>
  );
}

type SentenceProps = { policy: Policy; words: Words; isReached: boolean };

function Sentence({ policy, words, isReached }: SentenceProps) {
  const t = useTexts();
  return (
    <Box pl={{ base: 0, xs: `calc(${NUMBER_WIDTH}px + var(--mantine-spacing-sm))` }}>
      <Text size="sm" className={isReached ? "figure" : "figure quiet"}>
        {sayWho(policy, words)}: {sayLimits(policy, words)}
      </Text>
      {!isReached && (
        <Text size="xs" c="orange.8">
          {t("never-reached")}
        </Text>
      )}
    </Box>
  );
}

function useWords(timeZone: string): Words {
  const t = useTexts();
  const { language } = useLanguage();
  const { groups, tags, tiers } = useMarks();
  const names = new Map([...groups, ...tags, ...tiers].map(({ id, name }) => [id, name]));
  return { t, language, timeZone, nameOf: (id) => names.get(id) ?? null, now: useNow() };
}

type ActionProps = { label: string; isOff?: boolean; act: () => void; children: ReactNode };

function Action({ label, isOff = false, act, children }: ActionProps) {
  return (
    <Tooltip label={label} withArrow>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        disabled={isOff}
        style={isOff ? { background: "none" } : undefined}
        onClick={act}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
