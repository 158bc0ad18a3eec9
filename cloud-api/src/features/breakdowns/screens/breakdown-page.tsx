import { Anchor, Group, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, withQuery } from "../../../shell/api.ts";
import { CountedAt } from "../../../shell/counted-at.tsx";
import { Failure } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Empty, Page, Section } from "../../../shell/page.tsx";
import { Panels } from "../../../shell/panels.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { MARKS } from "../rules.ts";
import type { CountsReply } from "../schema.ts";
import { useTexts } from "./texts.ts";
import { type CountField, useCountFields, useFieldName, useValueName } from "./words.ts";

const FIRST = "branch";

/** How many customers have which value of the field that is chosen. */
export function BreakdownPage() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const fields = useCountFields();
  const nameField = useFieldName();
  const by = parameters.get("by") ?? FIRST;
  const field = fields.data?.find((each) => each.field === by) ?? fields.data?.[0];
  const counts = useQuery({
    queryKey: ["customer-counts", field?.field],
    queryFn: ({ signal }) =>
      api.get<CountsReply>(`/customer-counts/fields/${field?.field}`, signal),
    enabled: field !== undefined,
    meta: { live: true },
  });
  const { data } = counts;
  const error = fields.error ?? counts.error;
  const name = field ? nameField(field) : "";
  return (
    <Page
      title={t("title")}
      summary={data && t("summary", { count: data.total, field: name })}
      actions={
        field && (
          <>
            <FieldSelect
              fields={fields.data ?? []}
              chosen={field}
              choose={(next) => change({ by: next })}
            />
            <Panels place="report" id={withQuery("/breakdown", { by: field.field })} />
          </>
        )
      }
    >
      {error && !data && (
        <Failure
          error={error}
          retry={() => {
            void fields.refetch();
            void counts.refetch();
          }}
        />
      )}
      {field && data && (
        <Section title={name} hint={data.multiple ? t("several") : undefined}>
          {data.total === 0 ? (
            <Empty title={t("nobody")} hint={t("nobody-hint")} />
          ) : (
            <>
              <Counts field={field} counts={data} />
              <CountedAt at={counts.dataUpdatedAt} />
            </>
          )}
        </Section>
      )}
    </Page>
  );
}

type FieldSelectProps = {
  fields: readonly CountField[];
  chosen: CountField | undefined;
  choose: (field: string | null) => void;
};

function FieldSelect({ fields, chosen, choose }: FieldSelectProps) {
  const t = useTexts();
  const nameField = useFieldName();
  const isMark = ({ field }: CountField) => MARKS.some((mark) => mark === field);
  const groups = [
    { group: t("fields-marks"), items: fields.filter(isMark) },
    {
      group: t("fields-record"),
      items: fields.filter(
        (each) => !each.label && !isMark(each) && !each.field.startsWith("consent."),
      ),
    },
    {
      group: t("fields-consents"),
      items: fields.filter(({ field }) => field.startsWith("consent.")),
    },
    { group: t("fields-own"), items: fields.filter(({ label }) => label !== null) },
  ];
  return (
    <Select
      aria-label={t("by")}
      searchable
      allowDeselect={false}
      maxDropdownHeight={360}
      data={groups
        .filter(({ items }) => items.length > 0)
        .map(({ group, items }) => ({
          group,
          items: items.map((each) => ({ value: each.field, label: nameField(each) })),
        }))}
      value={chosen?.field ?? null}
      onChange={choose}
      w={{ base: "100%", xs: 280 }}
    />
  );
}

/** One line a value: how many, of a hundred how many, and the way to who they are. */
function Counts({ field, counts }: { field: CountField; counts: CountsReply }) {
  const t = useTexts();
  const format = useFormat();
  const { language } = useLanguage();
  const nameValue = useValueName();
  const share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  const missing = { value: null, name: null, customers: counts.unknown };
  const rows = [...counts.counts, ...(counts.unknown > 0 ? [missing] : [])];
  return (
    <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
      {rows.map(({ value, name, customers }) => {
        const label = nameValue(field, { value, name });
        const part = counts.total === 0 ? 0 : customers / counts.total;
        return (
          <li key={value ?? ""}>
            <Group justify="space-between" wrap="nowrap" gap="sm" align="baseline">
              <Text size="sm" className={value === null ? "any-length quiet" : "any-length"}>
                {label}
              </Text>
              <Group gap="sm" wrap="nowrap" flex="none">
                <CountedLink
                  href={withQuery(`/breakdown/${field.field}`, { value })}
                  label={`${label}: ${t("counted", { count: customers })}`}
                >
                  {format.count(customers)}
                </CountedLink>
                <Text size="sm" className="figure quiet" ta="right" miw={52}>
                  {share.format(part)}
                </Text>
              </Group>
            </Group>
            <div className="bar">
              <div className="bar-fill" style={{ width: `${part * 100}%` }} />
            </div>
          </li>
        );
      })}
      {counts.valuesLeftOut > 0 && (
        <Text component="li" size="sm" className="quiet">
          {t("left-out", { count: counts.valuesLeftOut })}
        </Text>
      )}
    </Stack>
  );
}

type CountedLinkProps = { href: string; label: string; children: string };

/** A number that opens who it counts; to whoever may not see customers it is a number. */
function CountedLink({ href, label, children }: CountedLinkProps) {
  const look = { size: "sm", fw: 600, className: "figure", ta: "right", miw: 48 } as const;
  if (!useMay("customers.read")) return <Text {...look}>{children}</Text>;
  return (
    <Anchor component={Link} href={href} {...look} aria-label={label}>
      {children}
    </Anchor>
  );
}
