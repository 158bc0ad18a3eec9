import { Button, Group, Stack, Text } from "@mantine/core";
import { IconCircleCheckFilled, IconCircleX } from "@tabler/icons-react";
import { useState } from "react";
import { useZoneOf } from "../../../shell/branches.ts";
import { Moment } from "../../../shell/moment.tsx";
import { useMay } from "../../../shell/session.tsx";
import { isConsentMethod, listRevocableActs, MESSAGE_CHANNELS } from "../rules.ts";
import type { Customer, CustomerConsent } from "./replies.ts";
import { TakeBack } from "./take-back.tsx";
import { useTexts } from "./texts.ts";

/** What the customer agreed to, one purpose at a time, with the evidence. */
export function Consents({ customer }: { customer: Customer }) {
  const t = useTexts();
  const { consents } = customer;
  const mayTakeBack = useMay("customers.edit") && customer.mergedInto === null;
  const [leaving, setLeaving] = useState<CustomerConsent | null>(null);
  const revocable = new Set(mayTakeBack ? listRevocableActs(consents) : []);
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
          takeBack={revocable.has(consent) ? () => setLeaving(consent) : null}
        />
      ))}
      <TakeBack
        customer={customer}
        consent={leaving}
        about={leaving && sayAbout(t, leaving)}
        close={() => setLeaving(null)}
      />
    </Stack>
  );
}

type ConsentProps = {
  consent: CustomerConsent;
  /** Null: there is nothing to take back. */
  takeBack: (() => void) | null;
};

function Consent({ consent, takeBack }: ConsentProps) {
  const t = useTexts();
  const zoneOf = useZoneOf();
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      {consent.given ? (
        <IconCircleCheckFilled size={18} color="var(--mantine-primary-color-filled)" aria-hidden />
      ) : (
        <IconCircleX size={18} color="var(--foyer-quiet)" aria-hidden />
      )}
      <div style={{ flex: 1 }}>
        <Text size="sm" fw={550}>
          {sayAbout(t, consent)}
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
          {isConsentMethod(consent.method) && ` · ${t(`way-${consent.method}`)}`}
        </Text>
      </div>
      {takeBack && (
        <Button
          variant="default"
          size="compact-sm"
          flex="none"
          onClick={takeBack}
          aria-label={t("take-back-about", { about: sayAbout(t, consent) })}
        >
          {t("take-back")}
        </Button>
      )}
    </Group>
  );
}

const PURPOSES = ["terms", "marketing", "profiling", "presence", "ads"] as const;

/** The purpose, and of messages the channel that was answered about. */
function sayAbout(t: ReturnType<typeof useTexts>, { purpose, channel }: CustomerConsent): string {
  const name = sayPurpose(t, purpose);
  const known = MESSAGE_CHANNELS.find((each) => each === channel);
  return known ? `${name}: ${t(`channel-${known}`)}` : name;
}

function sayPurpose(t: ReturnType<typeof useTexts>, purpose: string): string {
  const known = PURPOSES.find((each) => each === purpose);
  return known ? t(`purpose-${known}`) : purpose;
}
