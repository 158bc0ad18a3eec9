import { Alert, Button, Stack, Text } from "@mantine/core";
import { Refusal } from "../../../shell/failure.tsx";
import { type Endpoint, useSave } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { HERE, Until } from "./until.tsx";

/** What is wrong with an endpoint and what to do; where nothing is, the way to turn it off. */
export function Standing({ endpoint }: { endpoint: Endpoint }) {
  const t = useTexts();
  const save = useSave(endpoint.id);
  const { url, description, types, state, failingSince, disabledAt, disabledReason } = endpoint;
  const isOn = state === "on";
  const turn = (
    <Stack gap="xs" align="flex-start">
      <Refusal error={save.error} />
      <Button
        size="compact-md"
        variant={isOn ? "default" : "filled"}
        loading={save.isPending}
        onClick={() => save.mutate({ url, description, types, isOn: !isOn })}
      >
        {t(isOn ? "turn-off" : "turn-on")}
      </Button>
    </Stack>
  );
  if (state === "disabled" && disabledAt && disabledReason)
    return (
      <Alert color="red" variant="light" role="alert">
        <Stack gap="xs">
          <Text size="sm">
            <Until text={t(`disabled-${disabledReason}`, { when: HERE })} at={disabledAt} />
          </Text>
          {turn}
        </Stack>
      </Alert>
    );
  if (state === "off")
    return (
      <Alert color="gray" variant="light">
        <Stack gap="xs">
          <Text size="sm">{t("off-hint")}</Text>
          {turn}
        </Stack>
      </Alert>
    );
  if (failingSince === null) return null;
  return (
    <Alert color="orange" variant="light" role="alert">
      <Stack gap="xs">
        <Text size="sm">
          <Until text={t("failing-since", { when: HERE })} at={failingSince} />
        </Text>
        {turn}
      </Stack>
    </Alert>
  );
}
