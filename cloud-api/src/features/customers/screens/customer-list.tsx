import { Anchor, Box, Button, CloseButton, Group, Stack, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { Failure } from "../../../shell/failure.tsx";
import { Empty, NothingHere, Page } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { Panels } from "../../../shell/panels.tsx";
import { RecordTable } from "../../../shell/record-table.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { SelectionProvider, useSelection } from "../../../shell/selection.tsx";
import { useMay } from "../../../shell/session.tsx";
import { ColumnMenu } from "./column-menu.tsx";
import { useColumns } from "./columns.tsx";
import { useSuggestions } from "./duplicates.tsx";
import { ExportButton } from "./export-button.tsx";
import type { CustomerRow } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useListLook } from "./use-list-look.ts";

const TYPING_PAUSE_MS = 250;

/** Everyone who ever signed in or was met otherwise, found by name or phone number. */
export function CustomerList() {
  if (!useMay("customers.read")) return <NothingHere />;
  return (
    <SelectionProvider>
      <Customers />
    </SelectionProvider>
  );
}

function Customers() {
  const t = useTexts();
  const { typed, setTyped, search } = useSearch();
  const { parameters, change } = useSearchParameters();
  const look = useListLook();
  const narrowing = {
    markId: parameters.get("markId"),
    segmentId: parameters.get("segmentId"),
    tree: parameters.get("tree"),
  };
  const isNarrowed = search !== "" || Object.values(narrowing).some((each) => each !== null);
  const records = useRecords<CustomerRow, "customers">({
    path: "/customers",
    noun: "customers",
    filters: { search, ...narrowing, columns: look.columns.join(","), sort: look.sort },
    isReady: look.isKnown,
  });
  const { rows, total, isTotalExact } = records;
  const [known, found] = isTotalExact
    ? (["known", "found"] as const)
    : (["known-more", "found-more"] as const);
  const isChoosable = useMay("customer-lists.act");
  const columns = useColumns(look.columns, rows, isChoosable);
  const { ids, clear: chooseNobody } = useSelection();
  const asked = JSON.stringify([search, narrowing]);
  // Whoever was chosen is not in the list any more.
  useEffect(() => chooseNobody(), [asked]);
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
            w={{ base: "100%", xs: 220 }}
          />
          <AddCustomer />
        </Group>
      }
    >
      <Panels place="customer-views" />
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <Panels place="customer-selection" />
        </Group>
        <Group gap="sm" ml="auto">
          <ColumnMenu columns={look.columns} sort={look.sort} setLook={look.setLook} />
          <ExportButton search={search} {...narrowing} ids={[...ids]} />
        </Group>
      </Group>
      {records.error && !rows ? (
        <Failure error={records.error} retry={records.refetch} />
      ) : (
        <Box className="surface" style={{ opacity: records.isPlaceholderData ? 0.6 : 1 }}>
          {rows?.length === 0 ? (
            <NoCustomers
              search={search}
              isNarrowed={isNarrowed}
              clear={() =>
                search ? setTyped("") : change({ markId: null, segmentId: null, tree: null })
              }
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

/** What is typed, and what is searched by: after a pause, and as the address has it. */
function useSearch() {
  const { parameters, change } = useSearchParameters();
  const asked = parameters.get("search") ?? "";
  const [typed, setTyped] = useState(asked);
  const [search] = useDebouncedValue(typed.trim(), TYPING_PAUSE_MS);
  const told = useRef(asked);
  // The address follows what is typed …
  useEffect(() => {
    told.current = search;
    change({ search: search || null });
  }, [search]);
  // … and what is typed follows a view or a link that says something else.
  useEffect(() => {
    if (asked === told.current) return;
    told.current = asked;
    setTyped(asked);
  }, [asked]);
  return { typed, setTyped, search };
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
