import { Box, Group, Select, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { NoBranch } from "../../../shell/branch-of-page.tsx";
import { useHasNoBranch, useZoneOf } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import type { BrandCustomersReply, BrandsReply } from "../schema.ts";
import { CustomerName } from "./customer-name.tsx";
import { type Searchable, SearchInput } from "./search-input.tsx";
import { useTexts } from "./texts.ts";

type Customer = BrandCustomersReply["customers"][number];
type Brand = BrandsReply["brands"][number];

/** Customers of one brand, with what they did at its branches. */
export function BrandPage() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const { data, error, refetch } = useQuery({
    queryKey: ["brands-in-reach"],
    queryFn: ({ signal }) => api.get<BrandsReply>("/brands", signal),
    meta: { live: "names" },
  });
  const hasNoBranch = useHasNoBranch();
  const brands = data?.brands ?? [];
  const brand = brands.find(({ id }) => id === parameters.get("brandId")) ?? brands[0];
  if (brand)
    return (
      <BrandCustomers brand={brand} brands={brands} choose={(brandId) => change({ brandId })} />
    );
  return (
    <Page title={t("by-brand")}>
      {error ? (
        <Failure error={error} retry={refetch} />
      ) : (
        data && (
          <Box className="surface">
            {hasNoBranch ? (
              <NoBranch hint={t("no-branches-hint")} />
            ) : (
              <Empty title={t("no-brand")} hint={t("no-brand-hint")} />
            )}
          </Box>
        )
      )}
    </Page>
  );
}

type BrandCustomersProps = {
  brand: Brand;
  brands: readonly Brand[];
  choose: (brandId: string) => void;
};

function BrandCustomers({ brand, brands, choose }: BrandCustomersProps) {
  const t = useTexts();
  const format = useFormat();
  const { parameters } = useSearchParameters();
  const search = parameters.get("search");
  const path = `/brands/${brand.id}/customers`;
  const records = useRecords<Customer, "customers", Searchable>({
    ...{ path, noun: "customers", filters: { search } },
  });
  const { rows, total, isTotalExact } = records;
  const columns = useColumns();
  const counted = isTotalExact
    ? t("brand-counted", { count: total, brand: brand.name })
    : t("brand-counted-more", { count: format.count(total), brand: brand.name });
  return (
    <Page title={t("by-brand")} summary={rows && counted}>
      <Group gap="sm">
        <Select
          aria-label={t("brand")}
          data={brands.map(({ id, name }) => ({ value: id, label: name }))}
          value={brand.id}
          onChange={(brandId) => brandId && choose(brandId)}
          allowDeselect={false}
          w={{ base: "100%", xs: 220 }}
        />
        {records.data?.pages[0]?.maySearch && <SearchInput />}
      </Group>
      <Text size="sm" className="quiet">
        {t("brand-hint")}
      </Text>
      {records.error && !rows ? (
        <Failure error={records.error} retry={records.refetch} />
      ) : (
        <Box className="surface" style={{ opacity: records.isPlaceholderData ? 0.6 : 1 }}>
          {rows?.length === 0 ? (
            <Empty
              title={t("none-found")}
              hint={t(search === null ? "brand-none-hint" : "none-found-hint")}
            />
          ) : (
            <RecordTable
              label={t("by-brand")}
              columns={columns}
              rows={rows}
              rowKey={(customer) => customer.id}
            />
          )}
          {rows && rows.length > 0 && (
            <More
              shown={rows.length}
              total={total}
              isTotalExact={isTotalExact}
              isLoading={records.isFetchingNextPage}
              load={records.hasNextPage ? records.fetchNextPage : null}
            />
          )}
        </Box>
      )}
    </Page>
  );
}

function useColumns(): Column<Customer>[] {
  const t = useTexts();
  const format = useFormat();
  const zone = useZoneOf()(null);
  const moment = (at: string | null) => (at ? <Moment at={at} timeZone={zone} /> : "–");
  return [
    {
      key: "name",
      header: t("name"),
      narrow: "title",
      wraps: true,
      render: ({ id, name, unnamed }) => <CustomerName {...{ id, name, unnamed }} />,
    },
    {
      key: "visits",
      header: t("visits"),
      align: "right",
      render: ({ visits }) => format.count(visits),
    },
    {
      key: "minutes",
      header: t("minutes"),
      align: "right",
      render: ({ minutes }) => (minutes === null ? "–" : format.count(minutes)),
    },
    { key: "first", header: t("first"), render: ({ firstVisitAt }) => moment(firstVisitAt) },
    { key: "last", header: t("last"), render: ({ lastVisitAt }) => moment(lastVisitAt) },
  ];
}
