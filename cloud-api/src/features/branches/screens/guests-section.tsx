import { Anchor, SimpleGrid, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { Section } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { KNOWN_GUESTS_BOUND, KNOWN_GUESTS_DEFAULT } from "../schema.ts";
import { ChoiceSetting, NumberSetting, TextSetting } from "./settings-inputs.tsx";
import { useTexts } from "./texts.ts";

const GREET = ["each-visit", "once-a-day", "when-due", "never"] as const;
const URL_LENGTH_MAX = 500;
const DAYS_MAX = 730;

/** How guests are known again, when they are greeted, and where they go from there. */
export function GuestsSection() {
  const t = useTexts();
  const { count } = useFormat();
  const mayReadRetention = useMay("retention.read");
  return (
    <Stack gap="lg">
      <Section title={t("greeting")} hint={t("greeting-hint")}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <ChoiceSetting
            of="greet"
            choices={GREET}
            labelOf={(each) => t(`greet-${each as (typeof GREET)[number]}`)}
          />
          <TextSetting
            of="landingUrl"
            maxLength={URL_LENGTH_MAX}
            placeholder={t("landing-none")}
            mayBeNone
          />
        </SimpleGrid>
        <Text size="sm" mt="sm">
          <Anchor component={Link} href="/destinations" size="sm">
            {t("to-destinations")}
          </Anchor>
        </Text>
      </Section>
      <Section title={t("recognition")} hint={t("recognition-hint")}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <NumberSetting of="recogniseDays" min={0} max={DAYS_MAX} unit="days" />
          <NumberSetting of="recogniseRandomisedDays" min={0} max={DAYS_MAX} unit="days" />
          <NumberSetting of="visitGapMinutes" min={1} max={1440} unit="minutes" />
        </SimpleGrid>
        {mayReadRetention && (
          <Text size="sm" mt="sm">
            <Anchor component={Link} href="/retention" size="sm">
              {t("to-retention")}
            </Anchor>
          </Text>
        )}
      </Section>
      <Section title={t("known-guests")} hint={t("known-guests-hint")}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <NumberSetting
            of="knownGuestsMax"
            min={0}
            max={KNOWN_GUESTS_BOUND}
            unit="guests"
            unsaid={count(KNOWN_GUESTS_DEFAULT)}
          />
        </SimpleGrid>
      </Section>
      <Section title={t("hours")} hint={t("hours-hint")}>
        <Anchor component={Link} href="/access-policies" size="sm">
          {t("to-policies")}
        </Anchor>
      </Section>
    </Stack>
  );
}
