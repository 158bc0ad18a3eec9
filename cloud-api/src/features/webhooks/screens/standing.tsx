import { Alert, Button, Stack, Text } from "@mantine/core";
import { Refusal } from "../../../shell/failure.tsx";
import { type Endpoint, useSave } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { HERE, Until } from "./until.tsx";

/** What is wrong with an endpoint, and what to do about it; nothing where nothing is. */
export function Standing({ endpoint }: { endpoint: Endpoint }) {
  const t = useTexts();
  const { state, failingSince, disabledAt, disabledReason, offAt, gap } = endpoint;
  if (state === "disabled" && disabledAt && disabledReason)
    return (
      <Alert color="red" variant="light" role="alert">
        <Stack gap="xs">
          <Text size="sm">
            <Until text={t(`disabled-${disabledReason}`, { when: HERE })} at={disabledAt} />
          </Text>
          <Text size="sm">{t("off-hint")}</Text>
          <TurnOn endpoint={endpoint} />
        </Stack>
      </Alert>
    );
  if (state === "off")
    return (
      <Alert color="gray" variant="light">
        <Stack gap="xs">
          <Text size="sm">
            {offAt && (
              <>
                <Until text={t("off-since", { when: HERE })} at={offAt} />{" "}
              </>
            )}
            {t("off-hint")}
          </Text>
          <TurnOn endpoint={endpoint} />
        </Stack>
      </Alert>
    );
  return (
    <>
      {gap && <Gap gap={gap} />}
      {failingSince && <Failing since={failingSince} />}
    </>
  );
}

function Failing({ since }: { since: string }) {
  const t = useTexts();
  return (
    <Alert color="orange" variant="light" role="alert">
      <Text size="sm">
        <Until text={t("failing-since", { when: HERE })} at={since} />
      </Text>
    </Alert>
  );
}

/** Whoever keeps a copy by these messages lacks that time, and can only read it anew. */
function Gap({ gap: { from, until } }: { gap: { from: string; until: string } }) {
  const t = useTexts();
  return (
    <Alert color="gray" variant="light" role="status">
      <Text size="sm">
        <Until text={t("gap-from", { when: HERE })} at={from} />{" "}
        <Until text={t("gap-until", { when: HERE })} at={until} />
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
