import {
  ActionIcon,
  Box,
  Button,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Tooltip,
} from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconX } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import type { BranchChoice } from "../../../shell/branches.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { useLanguage, useShellTexts } from "../../../shell/language.tsx";
import { Section } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import { KINDS } from "../rules.ts";
import { listCountries } from "./countries.ts";
import { type Chain, type Sender, useSaveChain } from "./replies.ts";
import { useTexts } from "./texts.ts";

const TIMEOUT_SECONDS = 15;
const TIMEOUT_SECONDS_MAX = 60;
const STEPS_MAX = 5;
/** Hints of different length, and the fields still in one line. */
const BELOW: ("label" | "input" | "description")[] = ["label", "input", "description"];

type ChainSectionProps = { branch: BranchChoice; chain: Chain; senders: readonly Sender[] };
type Draft = Pick<
  Chain,
  "steps" | "ownSenderId" | "boxGateways" | "messagesPerDay" | "numbersFrom"
>;

const draftOf = (chain: Chain): Draft => {
  const { steps, ownSenderId, boxGateways, messagesPerDay, numbersFrom } = chain;
  return { steps, ownSenderId, boxGateways, messagesPerDay, numbersFrom };
};

/** Who is tried, in which order and for how long, and what comes after all of them. */
export function ChainSection({ branch, chain, senders }: ChainSectionProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const mayChange = useMay("senders.edit");
  const [draft, setDraft] = useState<Draft | null>(null);
  const save = useSaveChain(branch.id, () => setDraft(null));
  const shown = draft ?? draftOf(chain);
  const change = (part: Partial<Draft>) => setDraft({ ...shown, ...part });
  const isChanged = draft !== null && JSON.stringify(draft) !== JSON.stringify(draftOf(chain));
  return (
    <Section title={t("chain", { branch: branch.name })} hint={t("chain-hint")}>
      <Stack gap="md">
        <Steps shown={shown} senders={senders} chain={chain} change={change} />
        <OwnSender shown={shown} senders={senders} change={change} />
        <BoxGateways shown={shown} change={change} />
        <Limits shown={shown} chain={chain} change={change} />
        <Refusal error={save.error} />
        {mayChange && isChanged && (
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setDraft(null)}>
              {shell("cancel")}
            </Button>
            <Button loading={save.isPending} onClick={() => save.mutate(bodyOf(shown, chain))}>
              {shell("save")}
            </Button>
          </Group>
        )}
      </Stack>
    </Section>
  );
}

function bodyOf({ boxGateways, ...draft }: Draft, { version }: Chain) {
  return { ...draft, boxGateways: boxGateways.map(({ id }) => id), version };
}

type StepsProps = {
  shown: Draft;
  senders: readonly Sender[];
  chain: Chain;
  change: (part: Partial<Draft>) => void;
};

function Steps({ shown, senders, chain, change }: StepsProps) {
  const { steps } = shown;
  const t = useTexts();
  const mayChange = useMay("senders.edit");
  // So far guests sign in with a number; who reaches none is not offered.
  const usable = senders.filter(({ kind }) => KINDS[kind].carries.includes("phone"));
  const free = usable.filter(({ id }) => !steps.some((step) => step.senderId === id));
  return (
    <Box component="ol" className="steps" p={0} m={0} aria-label={t("order")}>
      {steps.map((step, index) => (
        <StepRow
          key={step.senderId}
          number={index + 1}
          sender={senders.find(({ id }) => id === step.senderId) ?? null}
          timeoutSeconds={step.timeoutSeconds}
          setTimeoutSeconds={(timeoutSeconds) =>
            change({ steps: steps.with(index, { ...step, timeoutSeconds }) })
          }
          moveUp={index === 0 ? null : () => change({ steps: swap(steps, index - 1) })}
          moveDown={index === steps.length - 1 ? null : () => change({ steps: swap(steps, index) })}
          remove={() => change({ steps: steps.toSpliced(index, 1) })}
        />
      ))}
      {mayChange && steps.length < STEPS_MAX && (
        <li className="record-row">
          <Select
            aria-label={t("add-step")}
            placeholder={t(free.length > 0 ? "add-step" : "no-more-senders")}
            data={free.map(({ id, name }) => ({ value: id, label: name }))}
            value={null}
            disabled={free.length === 0}
            onChange={(senderId) => {
              const added = { senderId: senderId ?? "", timeoutSeconds: TIMEOUT_SECONDS };
              if (senderId) change({ steps: [...steps, added] });
            }}
            maw={320}
          />
        </li>
      )}
      <li className="record-row">
        <Text size="sm" className="quiet">
          {t(steps.length === 0 ? "then-alone" : "then", { what: t(lastResortOf(chain, shown)) })}
        </Text>
      </li>
    </Box>
  );
}

/** What a guest is left with when no sender takes the message. */
function lastResortOf(chain: Chain, { steps, ownSenderId, boxGateways }: Draft) {
  if (boxGateways.length > 0 || ownSenderId !== null) return "last-box";
  if (steps.length === 0) return "last-outbox";
  return chain.clickThrough === "off" ? "last-none" : "last-click-through";
}

/** By what the boxes themselves send while the cloud is out of reach. */
function OwnSender({ shown, senders, change }: Omit<StepsProps, "chain">) {
  const t = useTexts();
  const mayChange = useMay("senders.edit");
  const usable = senders.filter(({ kind }) => kind === "http-gateway");
  return (
    <Select
      label={t("own-sender")}
      description={t(usable.length > 0 ? "own-sender-hint" : "own-sender-none-hint")}
      inputWrapperOrder={BELOW}
      placeholder={t("own-sender-none")}
      data={usable.map(({ id, name }) => ({ value: id, label: name }))}
      value={shown.ownSenderId}
      onChange={(ownSenderId) => change({ ownSenderId })}
      clearable
      readOnly={!mayChange}
      disabled={usable.length === 0}
    />
  );
}

/** What somebody wrote into the settings for the boxes to ask: seen here, and taken out. */
function BoxGateways({ shown, change }: Pick<StepsProps, "shown" | "change">) {
  const t = useTexts();
  const mayChange = useMay("senders.edit");
  const { boxGateways } = shown;
  if (boxGateways.length === 0) return null;
  return (
    <Box>
      <Text size="sm" fw={600}>
        {t("box-gateways")}
      </Text>
      <Text size="xs" className="quiet">
        {t("box-gateways-hint")}
      </Text>
      <Box component="ol" className="steps" p={0} m={0} aria-label={t("box-gateways")}>
        {boxGateways.map(({ id, method, host }) => (
          <li key={id} className="record-row">
            <Group gap="sm" justify="space-between" wrap="nowrap">
              <Text size="sm" ff="monospace" style={{ overflowWrap: "anywhere" }}>
                {method} {host}
              </Text>
              {mayChange && (
                <Action
                  label={t("take-out", { name: host })}
                  act={() => change({ boxGateways: boxGateways.filter((each) => each.id !== id) })}
                >
                  <IconX size={16} />
                </Action>
              )}
            </Group>
          </li>
        ))}
      </Box>
    </Box>
  );
}

function swap(steps: Chain["steps"], at: number): Chain["steps"] {
  const [one, other] = [steps[at], steps[at + 1]];
  return one && other ? steps.with(at, other).with(at + 1, one) : steps;
}

type StepRowProps = {
  number: number;
  sender: Sender | null;
  timeoutSeconds: number;
  setTimeoutSeconds: (seconds: number) => void;
  moveUp: (() => void) | null;
  moveDown: (() => void) | null;
  remove: () => void;
};

function StepRow({ number, sender, ...step }: StepRowProps) {
  const t = useTexts();
  const mayChange = useMay("senders.edit");
  const name = sender?.name ?? t("removed-sender");
  return (
    <li className="record-row">
      <Group gap="sm" justify="space-between">
        <Group gap="sm" wrap="nowrap" miw={0} flex="1 1 180px">
          <Text size="sm" className="quiet figure">
            {number}
          </Text>
          <Box miw={0}>
            <Text fw={600} size="sm" style={{ overflowWrap: "anywhere" }}>
              {name}
            </Text>
            <Text size="xs" className="quiet">
              {sender ? t(`kind-${sender.kind}`) : ""}
            </Text>
          </Box>
        </Group>
        <Group gap={4} wrap="nowrap">
          <NumberInput
            aria-label={t("timeout-of", { name })}
            value={step.timeoutSeconds}
            onChange={(value) => step.setTimeoutSeconds(Math.max(1, Number(value) || 1))}
            min={1}
            max={TIMEOUT_SECONDS_MAX}
            clampBehavior="strict"
            suffix={` ${t("seconds")}`}
            w={104}
            size="xs"
            readOnly={!mayChange}
          />
          {mayChange && (
            <>
              <Action label={t("move-up", { name })} act={step.moveUp}>
                <IconArrowUp size={16} />
              </Action>
              <Action label={t("move-down", { name })} act={step.moveDown}>
                <IconArrowDown size={16} />
              </Action>
              <Action label={t("take-out", { name })} act={step.remove}>
                <IconX size={16} />
              </Action>
            </>
          )}
        </Group>
      </Group>
    </li>
  );
}

type ActionProps = { label: string; act: (() => void) | null; children: ReactNode };

function Action({ label, act, children }: ActionProps) {
  return (
    <Tooltip label={label} withArrow>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        disabled={act === null}
        style={act === null ? { background: "none" } : undefined}
        onClick={() => act?.()}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

type LimitsProps = { shown: Draft; chain: Chain; change: (part: Partial<Draft>) => void };

function Limits({ shown, chain, change }: LimitsProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const mayChange = useMay("senders.edit");
  const countries = listCountries(language).filter(({ value }) => value !== chain.country);
  const own = listCountries(language).find(({ value }) => value === chain.country)?.label;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
      <NumberInput
        label={t("budget")}
        description={t("budget-hint", { count: chain.today.messages })}
        placeholder={t("budget-none")}
        inputWrapperOrder={BELOW}
        value={shown.messagesPerDay ?? ""}
        onChange={(value) => change({ messagesPerDay: value === "" ? null : Number(value) })}
        min={1}
        max={1_000_000}
        allowDecimal={false}
        readOnly={!mayChange}
      />
      <MultiSelect
        label={t("numbers-from")}
        description={t("numbers-from-hint", { country: own ?? chain.country })}
        inputWrapperOrder={BELOW}
        placeholder={shown.numbersFrom.length === 0 ? t("numbers-from-none") : ""}
        data={countries}
        value={shown.numbersFrom}
        onChange={(numbersFrom) => change({ numbersFrom })}
        searchable
        clearable
        readOnly={!mayChange}
        limit={50}
      />
    </SimpleGrid>
  );
}
