import { Box } from "@mantine/core";
import { Link } from "wouter";
import { withQuery } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { formatPhone } from "../../../shell/format.ts";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, NothingHere, Page } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import type { CountedReply } from "../schema.ts";
import { useTexts } from "./texts.ts";
import { useCountFields, useFieldName, useValueName } from "./words.ts";

const NOTHING = <span className="quiet">–</span>;
type Counted = CountedReply["customers"][number];

/** The customers whom one count of the breakdown counts. */
export function CountedPage({ params }: ScreenProps) {
  const t = useTexts();
  const columns = useColumns();
  const { parameters } = useSearchParameters();
  const value = parameters.get("value");
  const nameField = useFieldName();
  const nameValue = useValueName();
  const { data: fields } = useCountFields();
  const field = fields?.find((each) => each.field === params.field);
  const records = useRecords<Counted, "customers">({
    path: `/customer-counts/fields/${params.field}/customers`,
    noun: "customers",
    filters: { value },
  });
  const { rows, total } = records;
  if (fields && !field) return <NothingHere />;
  const page = records.data?.pages[0] as CountedReply | undefined;
  const said = field ? nameValue(field, { value, name: page?.name ?? null }) : "";
  const named = { field: field ? nameField(field) : "", value: said };
  return (
    <Page
      title={field ? t("count-of", named) : t("title")}
      summary={rows && t("counted", { count: total })}
      parent={{ path: withQuery("/breakdown", { by: params.field }), label: t("title") }}
    >
      {records.error && !rows ? (
        <Failure error={records.error} retry={records.refetch} />
      ) : (
        <Box className="surface">
          {rows?.length === 0 ? (
            <Empty title={t("nobody-counted")} />
          ) : (
            <RecordTable
              label={t("counted", { count: total })}
              columns={columns}
              rows={rows}
              rowKey={({ id }) => id}
            />
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

function useColumns(): Column<Counted>[] {
  const t = useTexts();
  const format = useFormat();
  return [
    {
      key: "name",
      header: t("name"),
      narrow: "title",
      wraps: true,
      render: ({ id, name }) => (
        <Link href={`/customers/${id}`} className="record-link">
          {name ?? t("nameless")}
        </Link>
      ),
    },
    {
      key: "phone",
      header: t("phone"),
      render: ({ phone }) => (phone ? formatPhone(phone) : NOTHING),
    },
    {
      key: "visits",
      header: t("visits"),
      align: "right",
      render: ({ visits }) => format.count(visits),
    },
    {
      key: "last-visit",
      header: t("last-visit"),
      render: ({ lastVisitAt }) => (lastVisitAt ? <Moment at={lastVisitAt} /> : NOTHING),
    },
  ];
}
