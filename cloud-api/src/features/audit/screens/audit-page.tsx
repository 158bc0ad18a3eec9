import { Anchor, Box, Button, Group, Select, TextInput } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconCalendar, IconDownload, IconSearch, IconX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { withQuery } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import type { AuditReply } from "../schema.ts";
import { EntryTable } from "./entry-table.tsx";
import { type AuditFilters, readFilters, toQuery } from "./filters.ts";
import { type Entry, namesOf, useKindName, useKinds, useStaffNames } from "./replies.ts";
import { useTexts } from "./texts.ts";

const NOTHING = {
  ...{ actorId: null, kind: null, recordId: null },
  ...{ search: null, from: null, to: null },
};
const TYPING_PAUSE_MS = 250;

/** Who did what to which record, the newest first. */
export function AuditPage() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const filters = readFilters(parameters);
  const records = useRecords<Entry, "entries", Pick<AuditReply, "names">>({
    path: "/audit",
    noun: "entries",
    filters: toQuery(filters),
  });
  const { rows, total } = records;
  const names = namesOf(records.data?.pages ?? []);
  const isFiltered = Object.values(filters).some((value) => value !== null);
  const clear = () => change({ ...NOTHING });
  return (
    <Page
      title={t("title")}
      summary={rows && t("counted", { count: total })}
      actions={
        <Group gap="sm">
          <Button component={Link} href="/audit/people" variant="default">
            {t("to-people")}
          </Button>
          <Button
            component="a"
            href={withQuery("/api/v1/audit.csv", toQuery(filters))}
            variant="default"
            leftSection={<IconDownload size={16} />}
          >
            {t("export")}
          </Button>
        </Group>
      }
    >
      <Filters filters={filters} choose={change} />
      {filters.recordId && (
        <Group gap="xs">
          <Anchor component="button" size="sm" onClick={() => change({ recordId: null })}>
            <IconX size={13} /> {t("one-record")}
          </Anchor>
        </Group>
      )}
      {records.error && !rows ? (
        <Failure error={records.error} retry={records.refetch} />
      ) : (
        <Box className="surface" style={{ opacity: records.isPlaceholderData ? 0.6 : 1 }}>
          {rows?.length === 0 ? (
            <Empty
              title={t(isFiltered ? "none-found" : "none")}
              hint={t(isFiltered ? "none-found-hint" : "none-hint")}
              action={
                isFiltered && (
                  <Button variant="default" onClick={clear}>
                    {t("clear-filters")}
                  </Button>
                )
              }
            />
          ) : (
            <EntryTable rows={rows} names={names} choose={change} />
          )}
          {rows && rows.length > 0 && (
            <More
              shown={rows.length}
              total={total}
              isLoading={records.isFetchingNextPage}
              load={records.hasNextPage ? records.fetchNextPage : null}
            />
          )}
        </Box>
      )}
    </Page>
  );
}

type FiltersProps = {
  filters: AuditFilters;
  choose: (change: Record<string, string | null>) => void;
};

function Filters({ filters, choose }: FiltersProps) {
  const t = useTexts();
  const nameKind = useKindName();
  const kinds = useKinds();
  const staff = useStaffNames();
  return (
    <Group gap="sm">
      <Search search={filters.search} choose={choose} />
      {staff.length > 0 && (
        <Select
          aria-label={t("who")}
          placeholder={t("anybody")}
          data={staff.map(({ id, name }) => ({ value: id, label: name }))}
          value={filters.actorId}
          onChange={(actorId) => choose({ actorId })}
          clearable
          searchable
          flex={{ base: 1, xs: "none" }}
          w={{ xs: 210 }}
        />
      )}
      <Select
        aria-label={t("what")}
        placeholder={t("anything")}
        data={kinds.map((kind) => ({ value: kind, label: nameKind(kind) }))}
        value={filters.kind}
        onChange={(kind) => choose({ kind })}
        clearable
        searchable
        flex={{ base: 1, xs: "none" }}
        w={{ xs: 210 }}
      />
      <DatePickerInput
        type="range"
        allowSingleDateInRange
        aria-label={t("days")}
        placeholder={t("any-day")}
        leftSection={<IconCalendar size={16} />}
        value={[filters.from, filters.to]}
        onChange={([from, to]) => choose({ from, to })}
        valueFormat="D MMM YYYY"
        clearable
        w={{ base: "100%", xs: 260 }}
      />
    </Group>
  );
}

/** A word of what was changed: it is asked for after a pause, and stands in the address. */
function Search({ search, choose }: Pick<FiltersProps, "choose"> & { search: string | null }) {
  const t = useTexts();
  const [typed, setTyped] = useState(search ?? "");
  const tell = useDebouncedCallback(
    (text: string) => choose({ search: text.trim() || null }),
    TYPING_PAUSE_MS,
  );
  // Cleared with the other filters, or another by Back.
  useEffect(() => {
    setTyped((now) => (now.trim() === (search ?? "") ? now : (search ?? "")));
  }, [search]);
  return (
    <TextInput
      type="search"
      aria-label={t("search")}
      placeholder={t("search-by")}
      leftSection={<IconSearch size={16} />}
      maxLength={100}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
      w={{ base: "100%", xs: 240 }}
    />
  );
}
