import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure, isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { Empty, Page, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useTexts } from "./texts.ts";

type Destinations = { destinations: string[] };
const PATH = "/destinations";
const KEY = ["destinations"];
const ADDRESS_LENGTH_MAX = 500;

/** Where guests may be sent after access: the company's list, which every branch keeps to. */
export function DestinationsPage() {
  const t = useTexts();
  const mayChange = useMay("tenant.edit");
  const [removed, setRemoved] = useState<string | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<Destinations>(PATH, signal),
    meta: { live: true },
  });
  const list = data?.destinations;
  const columns = useColumns(mayChange ? setRemoved : null);
  return (
    <Page
      title={t("destinations")}
      summary={list && t("destinations-counted", { count: list.length })}
      parent={{ path: "/branches", label: t("branches") }}
    >
      {error && !list ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Section title={t("allowed-addresses")} hint={t("allowed-addresses-hint")} flush>
          {list?.length === 0 ? (
            <Empty
              title={t("no-destinations")}
              hint={t(mayChange ? "no-destinations-hint" : "owner-changes")}
            />
          ) : (
            <RecordTable
              label={t("allowed-addresses")}
              columns={columns}
              rows={list?.map((url) => ({ url }))}
              rowKey={({ url }) => url}
            />
          )}
        </Section>
      )}
      {list && mayChange && (
        <Section title={t("allow-address")}>
          <AddForm />
        </Section>
      )}
      {list && list.length > 0 && !mayChange && (
        <Text size="sm" className="quiet">
          {t("owner-changes")}
        </Text>
      )}
      <Dialog
        opened={removed !== null}
        onClose={() => setRemoved(null)}
        title={t("remove-address", { url: removed ?? "" })}
      >
        {removed !== null && <RemoveForm url={removed} close={() => setRemoved(null)} />}
      </Dialog>
    </Page>
  );
}

/** Changes the list as it is now, not as it was when this page was opened. */
function useChange(edit: (before: readonly string[]) => string[], done: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const now = await api.get<Destinations>(PATH);
      return api.put<Destinations>(PATH, { destinations: edit(now.destinations) });
    },
    onSuccess: (reply) => {
      queries.setQueryData(KEY, reply);
      done();
    },
  });
}

function AddForm() {
  const t = useTexts();
  const [url, setUrl] = useState("");
  const address = url.trim();
  const add = useChange(
    (before) => (before.includes(address) ? [...before] : [...before, address]),
    () => setUrl(""),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  const isWrong = isFieldAtFault(add.error, "destinations");
  return (
    <form onSubmit={submit}>
      <Group align="flex-start" gap="sm">
        <TextInput
          aria-label={t("address")}
          placeholder="https://www.example.com/menu"
          inputMode="url"
          autoCapitalize="none"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          error={isWrong && t("address-wrong")}
          maxLength={ADDRESS_LENGTH_MAX}
          flex="1 1 240px"
        />
        <Button type="submit" loading={add.isPending} disabled={address === ""}>
          {t("allow")}
        </Button>
      </Group>
      <Refusal error={isWrong ? null : add.error} />
    </form>
  );
}

function RemoveForm({ url, close }: { url: string; close: () => void }) {
  const t = useTexts();
  const shell = useShellTexts();
  const remove = useChange((before) => before.filter((each) => each !== url), close);
  const isUsed = remove.error instanceof ApiError && remove.error.code === "conflict";
  return (
    <Stack>
      <Text size="sm">{t("remove-address-hint")}</Text>
      <Refusal error={remove.error} {...(isUsed ? { sentence: t("address-used") } : {})} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close} data-autofocus>
          {shell("cancel")}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t("remove")}
        </Button>
      </Group>
    </Stack>
  );
}

type Row = { url: string };

function useColumns(remove: ((url: string) => void) | null): Column<Row>[] {
  const t = useTexts();
  const columns: Column<Row>[] = [
    {
      key: "url",
      header: t("address"),
      narrow: "title",
      wraps: true,
      render: ({ url }) => <span className="any-length">{url}</span>,
    },
  ];
  if (!remove) return columns;
  return [
    ...columns,
    {
      key: "remove",
      header: "",
      align: "right",
      narrow: "aside",
      render: ({ url }) => (
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconTrash size={13} />}
          aria-label={t("remove-address", { url })}
          onClick={() => remove(url)}
        >
          {t("remove")}
        </Button>
      ),
    },
  ];
}
