import { Anchor, Box, Group, Select, SimpleGrid, Stack, Switch, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { Section } from "../../../shell/page.tsx";
import { MoveButtons } from "./move-buttons.tsx";
import { useFaultOf, useSettingsContext } from "./settings-context.ts";
import { NumberSetting, SettingFault } from "./settings-inputs.tsx";
import { readSetting } from "./settings-values.ts";
import { useTexts } from "./texts.ts";
import { listOrdered, moveBy, type WayIn } from "./ways-in.ts";

const CLICK_THROUGH = ["always", "plan-b", "off"] as const;
const MESSAGES_MAX = 1_000_000;

/** How guests come in: which ways, in which order, and within which limits. */
export function SignInSection() {
  const t = useTexts();
  return (
    <Stack gap="lg">
      <Section title={t("ways-in")} hint={t("ways-in-hint")} flush>
        <WayList />
      </Section>
      <Section title={t("codes")} hint={t("codes-hint")} actions={<ToSenders />}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <NumberSetting of="codeSeconds" min={60} max={900} unit="minutes" scale={60} />
          <NumberSetting of="triesMax" min={1} max={10} />
          <NumberSetting of="resendAfterSeconds" min={10} max={600} unit="seconds" />
          <NumberSetting of="resendsMax" min={0} max={10} />
          <NumberSetting
            of="askHolderAfterDays"
            min={0}
            max={3650}
            unit="days"
            unsaid={t("holder-usual")}
          />
        </SimpleGrid>
      </Section>
      <Section title={t("message-limits")} hint={t("message-limits-hint")}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <NumberSetting of="messagesPerPhoneHour" min={1} max={MESSAGES_MAX} unit="messages" />
          <NumberSetting of="messagesPerDeviceHour" min={1} max={MESSAGES_MAX} unit="messages" />
          <NumberSetting
            of="messagesPerAddressHour"
            min={1}
            max={MESSAGES_MAX}
            unit="messages"
            unsaid={t("no-limit")}
          />
          <NumberSetting
            of="messagesPerPrefixHour"
            min={1}
            max={MESSAGES_MAX}
            unit="messages"
            unsaid={t("no-limit")}
          />
          <NumberSetting of="messagesPerBranchHour" min={1} max={MESSAGES_MAX} unit="messages" />
          <NumberSetting
            of="messagesPerBranchDay"
            min={1}
            max={MESSAGES_MAX}
            unit="messages"
            unsaid={t("no-budget")}
          />
        </SimpleGrid>
      </Section>
    </Stack>
  );
}

function ToSenders() {
  const t = useTexts();
  return (
    <Anchor component={Link} href="/code-channels" size="sm">
      {t("to-senders")}
    </Anchor>
  );
}

function WayList() {
  const t = useTexts();
  const { document, set } = useSettingsContext();
  const ways = listOrdered(document.signIn.order);
  return (
    <>
      <Box component="ol" className="steps" aria-label={t("ways-in")}>
        {ways.map((way, index) => (
          <li key={way} className="record-row way-row" data-way={way}>
            <Text size="sm" className="quiet figure" aria-hidden="true">
              {index + 1}
            </Text>
            <Box flex="1 1 220px" miw={0}>
              <Text fw={600} size="sm">
                {t(`way-${way}`)}
              </Text>
              <Text size="xs" className="quiet" component="div">
                {t(`way-${way}-hint`)} <WayNote way={way} />
              </Text>
              <SettingFault of={way} />
            </Box>
            <Group gap={4} wrap="nowrap" className="way-controls">
              <MoveButtons
                name={t(`way-${way}`)}
                index={index}
                length={ways.length}
                move={(by) => set("order", moveBy(ways, index, by))}
              />
              <WaySwitch way={way} />
            </Group>
          </li>
        ))}
      </Box>
      <Box px="md">
        <SettingFault of="order" />
      </Box>
    </>
  );
}

function WaySwitch({ way }: { way: WayIn }) {
  const t = useTexts();
  const { document, set } = useSettingsContext();
  const fault = useFaultOf()(way);
  const value = readSetting(document, way);
  if (way === "clickThrough")
    return (
      <Select
        aria-label={t("way-clickThrough")}
        size="xs"
        w={150}
        data={CLICK_THROUGH.map((each) => ({ value: each, label: t(`click-through-${each}`) }))}
        value={typeof value === "string" ? value : "off"}
        onChange={(chosen) => chosen && set(way, chosen)}
        allowDeselect={false}
        error={fault !== null}
        data-setting={way}
      />
    );
  return (
    <Box w={150} className="way-switch">
      <Switch
        aria-label={t(`way-${way}`)}
        checked={value === true}
        onChange={({ currentTarget }) => set(way, currentTarget.checked)}
        label={t(value === true ? "on" : "off")}
        data-setting={way}
      />
    </Box>
  );
}

/** What a way in still lacks, and where to give it that. */
function WayNote({ way }: { way: WayIn }): ReactNode {
  const t = useTexts();
  const { branchId, document } = useSettingsContext();
  const isOn = readSetting(document, way) === true;
  if (way === "room" && isOn && (document.roomStays ?? []).length === 0)
    return (
      <Anchor
        component={Link}
        href={`/branches/${branchId}?section=rooms`}
        size="xs"
        underline="always"
      >
        {t("room-without-stays")}
      </Anchor>
    );
  if (way === "accessCode")
    return (
      <Anchor component={Link} href="/access-codes" size="xs" underline="always">
        {t("to-codes")}
      </Anchor>
    );
  if ((way === "phone" || way === "email") && isOn && isShownByBox(document.signIn.phone.channels))
    return (
      <Anchor component={Link} href="/code-channels" size="xs" underline="always">
        {t("codes-shown-by-box")}
      </Anchor>
    );
  return null;
}

type Channels = readonly { kind: string }[];
const isShownByBox = (channels: Channels) => channels.every(({ kind }) => kind === "outbox");
