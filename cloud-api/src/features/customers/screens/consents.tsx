import { Group, Stack, Text } from "@mantine/core";
import { IconCircleCheckFilled, IconCircleX } from "@tabler/icons-react";
import { useZoneOf } from "../../../shell/branches.ts";
import { Moment } from "../../../shell/moment.tsx";
import type { CustomerConsent } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** What the customer agreed to, one purpose at a time, with the evidence. */
export function Consents({ consents }: { consents: CustomerConsent[] }) {
  const t = useTexts();
  if (consents.length === 0)
    return (
      <Text size="sm" className="quiet">
        {t("no-consents")}
      </Text>
    );
  return (
    <Stack gap="xs">
      {consents.map((consent) => (
        <Consent
          key={`${consent.purpose}-${consent.channel}-${consent.at}-${consent.given}`}
          consent={consent}
        />
      ))}
    </Stack>
  );
}

function Consent({ consent }: { consent: CustomerConsent }) {
  const t = useTexts();
  const zoneOf = useZoneOf();
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      {consent.given ? (
        <IconCircleCheckFilled size={18} color="var(--mantine-primary-color-filled)" aria-hidden />
      ) : (
        <IconCircleX size={18} color="var(--foyer-quiet)" aria-hidden />
      )}
      <div>
        <Text size="sm" fw={550}>
          {useAbout(consent)}
          <Text span size="sm" className="quiet" fw={400}>
            {" "}
            · {consent.given ? t("given") : t("withdrawn")}
          </Text>
        </Text>
        <Text component="div" size="xs" className="quiet">
          <Moment at={consent.at} timeZone={zoneOf(consent.branchId)} />
          {consent.branchName && ` · ${consent.branchName}`} ·{" "}
          {t("text-version", {
            version: consent.textVersion,
            language: consent.language.toUpperCase(),
          })}
        </Text>
      </div>
    </Group>
  );
}

const CHANNELS = ["sms", "zalo", "email"] as const;

/** The purpose, and of messages the channel that was answered about. */
function useAbout({ purpose, channel }: CustomerConsent): string {
  const t = useTexts();
  const name = usePurpose(purpose);
  const known = CHANNELS.find((each) => each === channel);
  return known ? `${name}: ${t(`channel-${known}`)}` : name;
}

function usePurpose(purpose: string): string {
  const t = useTexts();
  switch (purpose) {
    case "terms":
      return t("purpose-terms");
    case "marketing":
      return t("purpose-marketing");
    case "profiling":
      return t("purpose-profiling");
    case "presence":
      return t("purpose-presence");
    case "ads":
      return t("purpose-ads");
    default:
      return purpose;
  }
}
