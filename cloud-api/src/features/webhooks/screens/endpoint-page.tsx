import { Button, Group, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Page, Section } from "../../../shell/page.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { Deliveries } from "./deliveries.tsx";
import { EndpointForm } from "./endpoint-form.tsx";
import {
  type Endpoint,
  useEndpoint,
  useNewSecret,
  useRemove,
  useSave,
  useTest,
} from "./replies.ts";
import { ShownSecret } from "./shown-secret.tsx";
import { Standing } from "./standing.tsx";
import { useTexts } from "./texts.ts";
import { HERE, Until } from "./until.tsx";
import { nameOf, StateBadge } from "./words.tsx";

/** One endpoint: how it goes, what was sent, and what it is told of. */
export function EndpointPage({ params }: ScreenProps) {
  const t = useTexts();
  const id = params.id ?? "";
  const { data, error, refetch } = useEndpoint(id);
  const parent = { path: "/webhooks", label: t("all") };
  if (!data)
    return (
      <Page title={t("title")} parent={parent}>
        {error ? <Failure error={error} retry={refetch} /> : <Skeleton height={320} radius="lg" />}
      </Page>
    );
  return (
    <Page
      title={nameOf(data)}
      parent={parent}
      summary={<span className="any-length">{data.url}</span>}
      actions={data.state === "on" && <Acts endpoint={data} />}
    >
      <Standing endpoint={data} />
      <Figures endpoint={data} />
      <Deliveries endpoint={data} />
      <SettingsSection key={data.id} endpoint={data} />
      <SecretSection endpoint={data} />
    </Page>
  );
}

/** What can be done with one that is on. */
function Acts({ endpoint: { id, url, description, types } }: { endpoint: Endpoint }) {
  const t = useTexts();
  const test = useTest(id);
  const save = useSave(id);
  return (
    <>
      <Button
        variant="default"
        loading={save.isPending}
        onClick={() => save.mutate({ url, description, types, isOn: false })}
      >
        {t("turn-off")}
      </Button>
      <Button
        leftSection={<IconSend size={16} />}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        {t("test")}
      </Button>
    </>
  );
}

function Figures({ endpoint }: { endpoint: Endpoint }) {
  const t = useTexts();
  const format = useFormat();
  const { waiting, failedToday, lastDeliveredAt } = endpoint;
  const figures = [
    { label: t("state"), figure: <StateBadge endpoint={endpoint} /> },
    {
      label: t("last-delivered"),
      figure: lastDeliveredAt ? <Moment at={lastDeliveredAt} /> : t("never"),
    },
    { label: t("waiting"), figure: format.count(waiting) },
    { label: t("failed-today"), figure: format.count(failedToday) },
  ];
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm" className="surface" p="md">
      {figures.map(({ label, figure }) => (
        <Stack key={label} gap={4} align="flex-start">
          <Text size="sm" className="quiet">
            {label}
          </Text>
          <Text component="div" fw={600} className="figure">
            {figure}
          </Text>
        </Stack>
      ))}
    </SimpleGrid>
  );
}

function SettingsSection({ endpoint }: { endpoint: Endpoint }) {
  const t = useTexts();
  const save = useSave(endpoint.id);
  const { url, description, types, state } = endpoint;
  return (
    <Section title={t("settings")}>
      <EndpointForm
        initial={{ url, description, types }}
        label={t("save")}
        isPending={save.isPending}
        error={save.error}
        save={(settings) => save.mutate({ ...settings, isOn: state === "on" })}
        aside={
          save.isSuccess && (
            <Text size="sm" className="quiet" role="status">
              {t("saved")}
            </Text>
          )
        }
      />
    </Section>
  );
}

function SecretSection({ endpoint }: { endpoint: Endpoint }) {
  const t = useTexts();
  const change = useNewSecret(endpoint.id);
  const [isRemoving, setRemoving] = useState(false);
  const { oldSecretUntil } = endpoint;
  return (
    <Section title={t("secret")} hint={t("secret-hint")}>
      <Stack gap="sm">
        <Text size="sm">
          {oldSecretUntil ? (
            <Until text={t("old-until", { when: HERE })} at={oldSecretUntil} />
          ) : (
            t("new-secret-hint")
          )}
        </Text>
        <Refusal error={change.error} />
        <Group justify="space-between">
          <Button variant="default" loading={change.isPending} onClick={() => change.mutate()}>
            {t("new-secret")}
          </Button>
          <Button variant="subtle" color="red" onClick={() => setRemoving(true)}>
            {t("remove")}
          </Button>
        </Group>
      </Stack>
      <Dialog opened={change.data !== undefined} onClose={change.reset} title={t("new-secret")}>
        {change.data && <ShownSecret secret={change.data.secret} done={change.reset} />}
      </Dialog>
      <Removal endpoint={endpoint} isOpen={isRemoving} close={() => setRemoving(false)} />
    </Section>
  );
}

type RemovalProps = { endpoint: Endpoint; isOpen: boolean; close: () => void };

function Removal({ endpoint, isOpen, close }: RemovalProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const [, navigate] = useLocation();
  const remove = useRemove(endpoint.id);
  return (
    <Dialog opened={isOpen} onClose={close} title={t("remove-sure", { name: nameOf(endpoint) })}>
      <Stack>
        <Text size="sm">{t("remove-hint")}</Text>
        <Refusal error={remove.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {shell("cancel")}
          </Button>
          <Button
            color="red"
            loading={remove.isPending}
            onClick={() => remove.mutate(undefined, { onSuccess: () => navigate("/webhooks") })}
          >
            {t("remove")}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
