import { ActionIcon, Box, Button, Code, Group, Stack, Text, Tooltip } from "@mantine/core";
import { IconKeyOff, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { api } from "../../../shell/api.ts";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import type { KeysReply } from "../schema.ts";
import { NewKey } from "./new-key.tsx";
import { usePermissionName } from "./permission-names.ts";
import { useGrantWords } from "./roles.ts";
import { useTexts } from "./texts.ts";

type Key = KeysReply["keys"][number];

/** Keys by which programs call the API: what each may do, and whether it is in use. */
export function KeyPage() {
  const t = useTexts();
  const [isMaking, setMaking] = useState(false);
  const [ending, setEnding] = useState<Key | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ["keys"],
    queryFn: ({ signal }) => api.get<KeysReply>("/keys", signal),
  });
  const columns = useColumns(setEnding);
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t("new-key")}
    </Button>
  );
  const hasNone = data?.total === 0;
  return (
    <Page
      title={t("keys")}
      summary={t("keys-summary")}
      actions={
        <Group gap="xs">
          <Button component={Link} href="/staff" variant="default">
            {t("to-staff")}
          </Button>
          {!hasNone && add}
        </Group>
      }
    >
      {error && !data ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Box className="surface">
          {hasNone ? (
            <Empty title={t("no-keys")} hint={t("no-keys-hint")} action={add} />
          ) : (
            <RecordTable
              label={t("keys")}
              columns={columns}
              rows={data?.keys}
              rowKey={(key) => key.id}
            />
          )}
        </Box>
      )}
      <NewKey isOpen={isMaking} close={() => setMaking(false)} />
      <Revocation held={ending} close={() => setEnding(null)} />
    </Page>
  );
}

function useColumns(end: (key: Key) => void): Column<Key>[] {
  const t = useTexts();
  const wordsOf = useGrantWords();
  const namePermission = usePermissionName();
  const isOver = (key: Key) => key.revokedAt !== null || Date.parse(key.expiresAt) <= Date.now();
  return [
    {
      key: "name",
      header: t("name"),
      narrow: "title",
      wraps: true,
      render: (key) => (
        <Stack gap={0}>
          <b>{key.name}</b>
          <Code style={{ alignSelf: "start" }}>{key.prefix}…</Code>
          {/* Whoever made it may have kept it, also where they belong to the company no more. */}
          <Text size="xs" className="quiet">
            {t("made-by", { name: key.createdBy ?? t("somebody-gone") })}
          </Text>
        </Stack>
      ),
    },
    {
      key: "may",
      header: t("may"),
      wraps: true,
      render: ({ permissions, scope }) => {
        const { place } = wordsOf({ role: "viewer", ownRoleId: null, scope });
        return (
          <Text size="sm" lineClamp={3}>
            {permissions.map(namePermission).join(" · ")}
            {place && <span className="quiet"> ({place})</span>}
          </Text>
        );
      },
    },
    {
      key: "used",
      header: t("last-used"),
      render: ({ lastUsedAt }) =>
        lastUsedAt ? <Moment at={lastUsedAt} /> : <span className="quiet">{t("never")}</span>,
    },
    {
      key: "until",
      header: t("invite-until"),
      render: (key) =>
        key.revokedAt ? (
          <span className="quiet">
            {t("revoked")} <Moment at={key.revokedAt} />
          </span>
        ) : (
          <Moment at={key.expiresAt} />
        ),
    },
    {
      key: "end",
      header: "",
      align: "right",
      narrow: "aside",
      render: (key) =>
        !isOver(key) && (
          <Tooltip label={t("revoke-key")} withArrow>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={t("revoke-key-name", { name: key.name })}
              onClick={() => end(key)}
            >
              <IconKeyOff size={15} />
            </ActionIcon>
          </Tooltip>
        ),
    },
  ];
}

/** A confirmation that names the key: what calls by it stops at once. */
function Revocation({ held, close }: { held: Key | null; close: () => void }) {
  const t = useTexts();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: (id: string) => api.remove(`/keys/${id}`),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["keys"] });
      close();
    },
  });
  const title = t("revoke-key-name", { name: held?.name ?? "" });
  return (
    <Dialog opened={held !== null} onClose={close} title={title}>
      <Danger
        hint={t("revoke-key-hint")}
        label={title}
        act={revoke}
        run={() => held && revoke.mutate(held.id)}
        close={close}
      />
    </Dialog>
  );
}
