import { Anchor, Box, Button, CloseButton, Group, Stack, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { useZoneOf } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { formatPhone } from "../../../shell/format.ts";
import { Moment, Since } from "../../../shell/moment.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { Panels } from "../../../shell/panels.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { useSuggestions } from "./duplicates.tsx";
import { ExportButton } from "./export-button.tsx";
import type { CustomerRow } from "./replies.ts";
import { useTexts } from "./texts.ts";

const TYPING_PAUSE_MS = 250;

/** Everyone who ever signed in or was met otherwise, found by name or phone number. */
export function CustomerList() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const [typed, setTyped] = useState(parameters.get("search") ?? "");
  const [search] = useDebouncedValue(typed.trim(), TYPING_PAUSE_MS);
  const markId = parameters.get("markId");
  const segmentId = parameters.get("segmentId");
  const isNarrowed = search !== "" || markId !== null || segmentId !== null;
  // The address follows the search, not the other way round.
  useEffect(() => change({ search: search || null }), [search]);
  const records = useRecords<CustomerRow, "customers">({
    path: "/customers",
    noun: "customers",
    filters: { search, markId, segmentId },
  });
  const { rows, total, isTotalExact } = records;
  const [known, found] = isTotalExact
    ? (["known", "found"] as const)
    : (["known-more", "found-more"] as const);
  const columns = useColumns();
  return (
    <Page
      title={t("customers")}
      summary={rows && t(isNarrowed ? found : known, { count: total })}
      actions={
        <Group gap="sm" w={{ base: "100%", xs: "auto" }} justify="flex-end">
          <Panels place="customer-filter" />
          <TextInput
            type="search"
            aria-label={t("search")}
            placeholder={t("search-by")}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            leftSection={<IconSearch size={16} />}
            rightSection={
              typed && <CloseButton aria-label={t("search-clear")} onClick={() => setTyped("")} />
            }
            w={{ base: "100%", xs: 260 }}
          />
          <ExportButton search={search} markId={markId} segmentId={segmentId} />
          <AddCustomer />
        </Group>
      }
    >
      {records.error && !rows ? (
        <Failure error={records.error} retry={records.refetch} />
      ) : (
        <Box className="surface" style={{ opacity: records.isPlaceholderData ? 0.6 : 1 }}>
          {rows?.length === 0 ? (
            <NoCustomers
              search={search}
              isNarrowed={isNarrowed}
              clear={() => (search ? setTyped("") : change({ markId: null, segmentId: null }))}
            />
          ) : (
            <Stack gap={0}>
              <RecordTable
                label={t("customers")}
                columns={columns}
                rows={rows}
                rowKey={(customer) => customer.id}
              />
              {rows && (
                <More
                  shown={rows.length}
                  total={total}
                  isTotalExact={isTotalExact}
                  isLoading={records.isFetchingNextPage}
                  load={records.hasNextPage ? records.fetchNextPage : null}
                />
              )}
            </Stack>
          )}
        </Box>
      )}
    </Page>
  );
}

/** The way to make a customer, and to records that may be one person where there are any. */
function AddCustomer() {
  const t = useTexts();
  const mayChange = useMay("customers.add");
  const { data } = useSuggestions();
  return (
    <>
      {data && data.total > 0 && (
        <Button component={Link} href="/customers/duplicates" variant="default">
          {t("duplicates-count", { count: data.total })}
        </Button>
      )}
      {mayChange && (
        <Button
          component={Link}
          href="/customers/new"
          leftSection={<IconPlus size={16} aria-hidden />}
        >
          {t("new-customer")}
        </Button>
      )}
    </>
  );
}

type NoCustomersProps = { search: string; isNarrowed: boolean; clear: () => void };

function NoCustomers({ search, isNarrowed, clear }: NoCustomersProps) {
  const t = useTexts();
  if (isNarrowed)
    return (
      <Empty
        title={search ? t("nobody-found", { search }) : t("nobody-fits")}
        hint={search && t("nobody-found-hint")}
        action={
          <Button variant="default" onClick={clear}>
            {search ? t("search-clear") : t("show-everybody")}
          </Button>
        }
      />
    );
  return (
    <Empty
      title={t("nobody-yet")}
      hint={t("nobody-yet-hint")}
      action={
        <Anchor component={Link} href="/branches" size="sm">
          {t("to-branches")}
        </Anchor>
      }
    />
  );
}

function useColumns(): Column<CustomerRow>[] {
  const t = useTexts();
  const format = useFormat();
  const zoneOf = useZoneOf();
  return [
    {
      key: "name",
      header: t("name"),
      narrow: "title",
      wraps: true,
      render: (customer) => (
        <Link href={`/customers/${customer.id}`} className="record-link">
          {customer.name ?? <span className="quiet">{t("no-name")}</span>}
        </Link>
      ),
    },
    {
      key: "phone",
      header: t("phone"),
      render: ({ phone }) =>
        phone ? (
          <span className="figure">{formatPhone(phone)}</span>
        ) : (
          <span className="quiet">–</span>
        ),
    },
    {
      key: "visits",
      header: t("visits"),
      align: "right",
      narrow: "aside",
      render: (customer) => (
        <Link href={`/customers/${customer.id}`} className="plain-link">
          {format.count(customer.visits)}
          <Box component="span" hiddenFrom="sm" className="quiet">
            {" "}
            {t("visits-unit", { count: customer.visits })}
          </Box>
        </Link>
      ),
    },
    {
      key: "last",
      header: t("last-visit"),
      render: ({ lastVisitAt, sourceBranchId }) =>
        lastVisitAt ? (
          <Since at={lastVisitAt} timeZone={zoneOf(sourceBranchId)} />
        ) : (
          <span className="quiet">–</span>
        ),
    },
    {
      key: "first",
      header: t("first-seen"),
      narrow: "none",
      render: ({ firstSeenAt, sourceBranchId }) => (
        <Moment at={firstSeenAt} timeZone={zoneOf(sourceBranchId)} />
      ),
    },
    {
      key: "source",
      header: t("source"),
      wraps: true,
      render: ({ sourceBranchName }) => (
        <span className={sourceBranchName ? "two-lines" : "quiet"}>{sourceBranchName ?? "–"}</span>
      ),
    },
  ];
}
