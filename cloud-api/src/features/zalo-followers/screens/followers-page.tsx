import {
  Alert,
  Button,
  Code,
  Group,
  Progress,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
} from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { useZoneOf } from "../../../shell/branches.ts";
import { CopyText } from "../../../shell/copy-button.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Page, Section } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { AccountForm } from "./account-form.tsx";
import { type Account, useAccounts, useActs } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Whose followers become customers, how the last run went, and the way to connect an account. */
export function FollowersPage() {
  const t = useTexts();
  const mayChange = useMay("zalo-followers.edit");
  const { data, error, refetch } = useAccounts();
  const free = data?.senders.filter(
    ({ id }) => !data.accounts.some(({ senderId }) => senderId === id),
  );
  return (
    <Page title={t("title")} summary={t("summary")}>
      {error && !data && <Failure error={error} retry={refetch} />}
      {!error && !data && <Skeleton height={260} radius="lg" />}
      {data?.accounts.map((account) => (
        <ConnectedAccount key={account.senderId} account={account} />
      ))}
      {!mayChange && data?.accounts.length === 0 && (
        <Section title={t("title")} flush>
          <Empty title={t("no-account")} hint={t("no-account-hint")} />
        </Section>
      )}
      {mayChange && free && free.length > 0 && (
        <Section title={t("connect")}>
          <AccountForm account={null} senders={free} />
        </Section>
      )}
      {mayChange && data?.senders.length === 0 && (
        <Section title={t("connect")} flush>
          <Empty
            title={t("no-sender")}
            hint={t("no-sender-hint")}
            action={
              <Button component={Link} href="/code-channels">
                {t("to-senders")}
              </Button>
            }
          />
        </Section>
      )}
    </Page>
  );
}

function ConnectedAccount({ account }: { account: Account }) {
  const t = useTexts();
  const mayChange = useMay("zalo-followers.edit");
  const zone = useZoneOf()(null);
  const { act, remove } = useActs(account.senderId);
  const [isAsked, setAsked] = useState(false);
  const isRunning = account.state === "running";
  return (
    <>
      <Section title={account.senderName}>
        <Stack gap="md">
          {account.failure && (
            <Alert color="red" variant="light" role="alert">
              {t(`failure-${account.failure}`)}
            </Alert>
          )}
          <Figures account={account} />
          {isRunning && <Running account={account} />}
          <Text size="sm" className="quiet">
            {t("last-run")}:{" "}
            {account.finishedAt ? <Moment at={account.finishedAt} timeZone={zone} /> : t("never")}
            {" · "}
            {t("last-event")}:{" "}
            {account.lastEventAt ? <Moment at={account.lastEventAt} timeZone={zone} /> : t("never")}
          </Text>
          <Refusal error={act.error ?? remove.error} />
          {mayChange && (
            <Group>
              <Button
                onClick={() => act.mutate(isRunning ? "cancel" : "sync")}
                loading={act.isPending}
                variant={isRunning ? "default" : "filled"}
              >
                {t(isRunning ? "cancel" : "sync")}
              </Button>
              <Button variant="subtle" color="red" onClick={() => setAsked(true)}>
                {t("remove")}
              </Button>
            </Group>
          )}
        </Stack>
      </Section>
      {mayChange && <ConnectedSettings account={account} />}
      <Dialog
        opened={isAsked}
        onClose={() => setAsked(false)}
        title={t("remove-sure", { name: account.senderName })}
      >
        <Stack gap="md">
          <Text size="sm">{t("remove-hint")}</Text>
          <Group justify="flex-end">
            <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
              {t("remove")}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}

function ConnectedSettings({ account }: { account: Account }) {
  const t = useTexts();
  return (
    <>
      <Section title={t("webhook-url")} hint={t("webhook-url-hint")}>
        <Group gap="sm" wrap="wrap">
          <Code className="any-length">{account.webhookUrl}</Code>
          <CopyText text={account.webhookUrl} />
        </Group>
      </Section>
      <Section title={t("settings")}>
        <AccountForm account={account} senders={[]} />
      </Section>
    </>
  );
}

function Figures({ account }: { account: Account }) {
  const t = useTexts();
  const format = useFormat();
  const { followers, result } = account;
  const figures = [
    ["follows", followers.follows],
    ["left", followers.left],
    ["new", result.new],
    ["changed", result.changed],
    ["same", result.same],
    ["left-out", result.leftOut],
  ] as const;
  return (
    <>
      <SimpleGrid cols={{ base: 2, sm: 6 }} spacing="sm">
        {figures.map(([name, count]) => (
          <div key={name}>
            <Text size="sm" className="quiet">
              {t(name)}
            </Text>
            <div className="tile-figure">{format.count(count)}</div>
          </div>
        ))}
      </SimpleGrid>
      {result.leftOut > 0 && (
        <Text size="xs" className="quiet">
          {t("left-out-hint")}
        </Text>
      )}
    </>
  );
}

function Running({ account: { place, total } }: { account: Account }) {
  const t = useTexts();
  const format = useFormat();
  return (
    <Stack gap={4}>
      <Progress
        value={total === null ? 100 : (100 * place) / Math.max(1, total)}
        animated
        aria-label={t("running")}
      />
      <Text size="sm" className="figure">
        {t("running")}
        {total !== null &&
          ` · ${t("progress", { count: format.count(place), total: format.count(total) })}`}
      </Text>
    </Stack>
  );
}
