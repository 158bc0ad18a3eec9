import { Badge, Box, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { OperatedTenantsReply } from "../schema.ts";
import { NewTenant } from "./new-tenant.tsx";
import { useTexts } from "./texts.ts";

type Tenant = OperatedTenantsReply["tenants"][number];

const SEARCH_MILLISECONDS = 200;

/** Every company, for whoever runs this Foyer. */
export function TenantPage() {
  const t = useTexts();
  const [search, setSearch] = useState("");
  const [typed] = useDebouncedValue(search.trim(), SEARCH_MILLISECONDS);
  const [isMaking, setMaking] = useState(false);
  const [chosen, setChosen] = useState<Tenant | null>(null);
  const columns = useColumns(setChosen);
  const { rows, total, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } =
    useRecords<Tenant, "tenants">({
      ...{ path: "/operator/tenants", noun: "tenants" },
      filters: { search: typed || null },
    });
  const actions = (
    <>
      <Button component={Link} href="/operator/releases" variant="default">
        {t("releases")}
      </Button>
      <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
        {t("add")}
      </Button>
    </>
  );
  const isEmpty = rows?.length === 0;
  return (
    <Page title={t("tenants")} summary={t("tenants-summary")} actions={actions}>
      <Stack gap="md">
        <TextInput
          aria-label={t("search")}
          placeholder={t("search")}
          maw={320}
          maxLength={100}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        {error && !rows ? (
          <Failure error={error} retry={refetch} />
        ) : (
          <Box className="surface">
            {isEmpty ? (
              <Empty
                title={t(typed ? "none-found" : "none")}
                hint={t(typed ? "none-found-hint" : "none-hint")}
              />
            ) : (
              <RecordTable
                label={t("tenants")}
                columns={columns}
                rows={rows}
                rowKey={(tenant) => tenant.id}
              />
            )}
          </Box>
        )}
        <More
          shown={rows?.length ?? 0}
          total={total}
          isLoading={isFetchingNextPage}
          load={hasNextPage ? () => void fetchNextPage() : null}
        />
      </Stack>
      <NewTenant isOpen={isMaking} close={() => setMaking(false)} />
      <Suspension tenant={chosen} close={() => setChosen(null)} />
    </Page>
  );
}

function useColumns(choose: (tenant: Tenant) => void): Column<Tenant>[] {
  const t = useTexts();
  const format = useFormat();
  return [
    {
      key: "name",
      header: t("name"),
      narrow: "title",
      wraps: true,
      render: ({ name, suspendedAt }) => (
        <Group gap="xs">
          <b>{name}</b>
          {suspendedAt && (
            <Badge size="sm" color="red" variant="light">
              {t("suspended")}
            </Badge>
          )}
        </Group>
      ),
    },
    {
      key: "branches",
      header: t("branches"),
      align: "right",
      render: ({ branches }) => <span className="figure">{format.count(branches)}</span>,
    },
    {
      key: "boxes",
      header: t("boxes"),
      align: "right",
      render: ({ boxes }) => <span className="figure">{format.count(boxes)}</span>,
    },
    {
      key: "last-event",
      header: t("last-event"),
      render: ({ lastEventAt }) =>
        lastEventAt ? <Moment at={lastEventAt} /> : <span className="quiet">{t("never")}</span>,
    },
    { key: "since", header: t("since"), render: ({ createdAt }) => <Moment at={createdAt} /> },
    {
      key: "suspend",
      header: "",
      align: "right",
      narrow: "aside",
      render: (tenant) => {
        const word = tenant.suspendedAt ? "resume" : "suspend";
        return (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t(`${word}-name`, { name: tenant.name })}
            onClick={() => choose(tenant)}
          >
            {t(word)}
          </Button>
        );
      },
    },
  ];
}

/** A confirmation that names the company. */
function Suspension({ tenant, close }: { tenant: Tenant | null; close: () => void }) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const isSuspended = tenant?.suspendedAt != null;
  const change = useMutation({
    mutationFn: (id: string) => {
      const path = `/operator/tenants/${id}/suspension`;
      return isSuspended ? api.remove(path) : api.put(path);
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["tenants"] });
      close();
    },
  });
  const title = t(isSuspended ? "resume-name" : "suspend-name", { name: tenant?.name ?? "" });
  return (
    <Dialog opened={tenant !== null} onClose={close} title={title}>
      <Stack>
        {!isSuspended && <Text size="sm">{t("suspend-hint")}</Text>}
        <Refusal error={change.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {shell("cancel")}
          </Button>
          <Button
            {...(!isSuspended && { color: "red" })}
            loading={change.isPending}
            onClick={() => tenant && change.mutate(tenant.id)}
          >
            {t(isSuspended ? "resume" : "suspend")}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
