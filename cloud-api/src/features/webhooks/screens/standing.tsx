import { Alert, Button, Stack, Text } from "@mantine/core";
import { Refusal } from "../../../shell/failure.tsx";
import { type Endpoint, useSave } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { HERE, Until } from "./until.tsx";

/** What is wrong with an endpoint, and what to do about it; nothing where nothing is. */
export function Standing({ endpoint }: { endpoint: Endpoint }) {
  const t = useTexts();
  const { state, failingSince, disabledAt, disabledReason } = endpoint;
  if (state === "disabled" && disabledAt && disabledReason)
    return (
      <Alert color="red" variant="light" role="alert">
        <Stack gap="xs">
          <Text size="sm">
            <Until text={t(`disabled-${disabledReason}`, { when: HERE })} at={disabledAt} />
          </Text>
          <TurnOn endpoint={endpoint} />
        </Stack>
      </Alert>
    );
  if (state === "off")
    return (
      <Alert color="gray" variant="light">
        <Stack gap="xs">
          <Text size="sm">{t("off-hint")}</Text>
          <TurnOn endpoint={endpoint} />
        </Stack>
      </Alert>
    );
  if (failingSince === null) return null;
  return (
    <Alert color="orange" variant="light" role="alert">
      <Text size="sm">
        <Until text={t("failing-since", { when: HERE })} at={failingSince} />
      </Text>
    </Alert>
  );
}

function TurnOn({ endpoint: { id, url, description, types } }: { endpoint: Endpoint }) {
  const t = useTexts();
  const save = useSave(id);
  return (
    <Stack gap="xs" align="flex-start">
      <Refusal error={save.error} />
      <Button
        size="compact-sm"
        loading={save.isPending}
        onClick={() => save.mutate({ url, description, types, isOn: true })}
      >
        {t("turn-on")}
      </Button>
    </Stack>
  );
}
