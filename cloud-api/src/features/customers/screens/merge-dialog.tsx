import { Button, Group, Radio, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { api, withQuery } from "../../../shell/api.ts";
import { useZoneOf } from "../../../shell/branches.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { formatPhone } from "../../../shell/format.ts";
import { useShellTexts } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { CustomerListReply } from "../schema.ts";
import type { Customer, CustomerRow } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { NotMerged, useMerge } from "./use-merge.ts";

const TYPING_PAUSE_MS = 250;
const OFFERED_MAX = 20;

type MergeDialogProps = { customer: Customer; opened: boolean; close: () => void };

/** Chooses another record of the same person, and which of the two is to stay. */
export function MergeDialog({ customer, opened, close }: MergeDialogProps) {
  const t = useTexts();
  return (
    <Dialog opened={opened} onClose={close} title={t("merge-title")} size="lg">
      {opened && <MergeForm customer={customer} close={close} />}
    </Dialog>
  );
}

function MergeForm({ customer, close }: { customer: Customer; close: () => void }) {
  const t = useTexts();
  const shell = useShellTexts();
  const [, navigate] = useLocation();
  const [otherId, setOtherId] = useState<string | null>(null);
  const [keptId, setKeptId] = useState(customer.id);
  const others = useOthers(customer.id);
  const other = others.found.find(({ id }) => id === otherId) ?? null;
  const merge = useMerge();
  const sayFault = useMergeFault();
  const send = () => {
    if (!other) return;
    const goneId = keptId === customer.id ? other.id : customer.id;
    merge.mutate(
      { keptId, goneId },
      {
        onSuccess: () => {
          close();
          navigate(`/customers/${keptId}`);
        },
      },
    );
  };
  return (
    <Stack>
      <Text size="sm">{t("merge-hint")}</Text>
      <Select
        label={t("merge-with")}
        placeholder={t("search-by")}
        searchable
        clearable
        searchValue={others.typed}
        onSearchChange={others.setTyped}
        nothingFoundMessage={t("nobody-found-short")}
        filter={({ options }) => options}
        data={others.found.map((row) => ({ value: row.id, label: nameRow(row) }))}
        value={otherId}
        onChange={setOtherId}
        data-autofocus
      />
      {other && (
        <Radio.Group label={t("merge-keep")} value={keptId} onChange={setKeptId}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} mt="xs">
            <Choice row={{ ...customer, firstSeenAt: customer.source.at }} />
            <Choice row={other} />
          </SimpleGrid>
        </Radio.Group>
      )}
      <Refusal error={merge.error} {...sayFault(merge.error)} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {shell("cancel")}
        </Button>
        <Button loading={merge.isPending} disabled={!other} onClick={send}>
          {t("merge")}
        </Button>
      </Group>
    </Stack>
  );
}

type Shown = {
  id: string;
  name: string | null;
  phone: string | null;
  visits: number;
  firstSeenAt: string;
};

const nameRow = ({ name, phone, id }: Pick<CustomerRow, "name" | "phone" | "id">): string =>
  [name, phone && formatPhone(phone)].filter(Boolean).join(" · ") || id.slice(-6);

function Choice({ row }: { row: Shown }) {
  const t = useTexts();
  const format = useFormat();
  const zoneOf = useZoneOf();
  return (
    <Radio.Card value={row.id} p="sm" radius="md" aria-label={nameRow(row)}>
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <Radio.Indicator />
        <div>
          <Text size="sm" fw={600}>
            {row.name ?? t("no-name")}
          </Text>
          <Text size="sm" className="figure">
            {row.phone ? formatPhone(row.phone) : "–"}
          </Text>
          <Text component="div" size="xs" className="quiet">
            {format.count(row.visits)} {t("visits-unit", { count: row.visits })} · {t("first-seen")}{" "}
            <Moment at={row.firstSeenAt} timeZone={zoneOf(null)} />
          </Text>
        </div>
      </Group>
    </Radio.Card>
  );
}

/** Other customers by what is typed. */
function useOthers(except: string) {
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.split(" · ")[0]?.trim() ?? "", TYPING_PAUSE_MS);
  const { data } = useQuery({
    queryKey: ["customers", "merge", search],
    queryFn: ({ signal }) =>
      api.get<CustomerListReply>(
        withQuery("/customers", { search, limit: String(OFFERED_MAX) }),
        signal,
      ),
    placeholderData: (before) => before,
  });
  return { typed, setTyped, found: (data?.customers ?? []).filter(({ id }) => id !== except) };
}

/** Why two records were not made one, or not parted, in words. */
export function useMergeFault(): (error: unknown) => { sentence?: string } {
  const t = useTexts();
  return (error) => {
    if (!(error instanceof NotMerged)) return {};
    switch (error.reason) {
      case "forgotten":
      case "merged-before":
      case "merged-on":
      case "too-late":
        return { sentence: t(`not-merged-${error.reason}`) };
      case "asked":
      case "parting":
        return { sentence: t("merge-waits") };
      default:
        return { sentence: t("not-merged") };
    }
  };
}
