import { Anchor, Box, Button, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { EndpointForm } from "./endpoint-form.tsx";
import { type Endpoint, type Settings, useAdd, useEndpoints } from "./replies.ts";
import { ShownSecret } from "./shown-secret.tsx";
import { useTexts } from "./texts.ts";
import { hostOf, nameOf, StateBadge } from "./words.tsx";

const FIRST: Settings = {
  url: "",
  description: "",
  types: ["customer.created", "customer.updated", "customer.erased"],
};

/** Which programs are told of what happens, and whether it arrives. */
export function ListPage() {
  const t = useTexts();
  const [isAdding, setAdding] = useState(false);
  const { data, error, refetch } = useEndpoints();
  const columns = useColumns();
  const hasNone = data?.webhooks.length === 0;
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
      {t("add")}
    </Button>
  );
  return (
    <Page title={t("title")} summary={t("summary")} actions={!hasNone && add}>
      {error && !data ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Box className="surface">
          {hasNone ? (
            <Empty title={t("none")} hint={t("none-hint")} action={add} />
          ) : (
            <RecordTable
              label={t("title")}
              columns={columns}
              rows={data?.webhooks}
              rowKey={({ id }) => id}
            />
          )}
        </Box>
      )}
      <NewEndpoint isOpen={isAdding} close={() => setAdding(false)} />
    </Page>
  );
}

function useColumns(): Column<Endpoint>[] {
  const t = useTexts();
  const format = useFormat();
  return [
    {
      key: "name",
      header: t("url"),
      narrow: "title",
      wraps: true,
      render: (endpoint) => (
        <Stack gap={0}>
          <Anchor component={Link} href={`/webhooks/${endpoint.id}`} fw={600}>
            {nameOf(endpoint)}
          </Anchor>
          <Text size="xs" className="quiet any-length">
            {endpoint.description ? `${hostOf(endpoint.url)} · ` : ""}
            {t("types-count", { count: endpoint.types.length })}
          </Text>
        </Stack>
      ),
    },
    {
      key: "state",
      header: t("state"),
      narrow: "aside",
      render: (endpoint) => <StateBadge endpoint={endpoint} />,
    },
    {
      key: "last",
      header: t("last-delivered"),
      render: ({ lastDeliveredAt }) =>
        lastDeliveredAt ? (
          <Moment at={lastDeliveredAt} />
        ) : (
          <span className="quiet">{t("never")}</span>
        ),
    },
    {
      key: "waiting",
      header: t("waiting"),
      align: "right",
      render: ({ id, waiting }) => (
        <CountLink href={`/webhooks/${id}?state=waiting`} text={format.count(waiting)} />
      ),
    },
    {
      key: "failed",
      header: t("failed-today"),
      align: "right",
      render: ({ id, failedToday }) => (
        <CountLink href={`/webhooks/${id}?state=failed`} text={format.count(failedToday)} />
      ),
    },
  ];
}

/** A number opens what it counts. */
function CountLink({ href, text }: { href: string; text: string }) {
  return (
    <Anchor component={Link} href={href} size="sm" display="inline-block" miw={24} mih={24}>
      {text}
    </Anchor>
  );
}

function NewEndpoint({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const t = useTexts();
  const [, navigate] = useLocation();
  const add = useAdd();
  const made = add.data;
  const leave = () => {
    close();
    add.reset();
  };
  const done = () => {
    leave();
    if (made) navigate(`/webhooks/${made.id}`);
  };
  return (
    <Dialog opened={isOpen} onClose={made ? done : leave} title={t("add")} size="lg">
      {made ? (
        <ShownSecret secret={made.secret} done={done} />
      ) : (
        <EndpointForm
          initial={FIRST}
          label={t("make")}
          isPending={add.isPending}
          error={add.error}
          save={(settings) => add.mutate(settings)}
        />
      )}
    </Dialog>
  );
}
