import { Badge, Box, Checkbox, Group } from "@mantine/core";
import { Link } from "wouter";
import { useZoneOf } from "../../../shell/branches.ts";
import { formatPhone } from "../../../shell/format.ts";
import { Moment, Since } from "../../../shell/moment.tsx";
import type { Column } from "../../../shell/record-table.tsx";
import { useSelection } from "../../../shell/selection.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { CustomerRow } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useLabel, useOwnFields } from "./use-own-fields.ts";
import { useSayField } from "./use-say-field.ts";

const PURPOSES = ["marketing", "profiling", "ads"] as const;
const dash = <span className="quiet">–</span>;
const orDash = (text: string | null | undefined) =>
  text ? <span className="any-length">{text}</span> : dash;

/** The columns of the list, as somebody has chosen them, behind the name. */
export function useColumns(
  chosen: readonly string[],
  rows: readonly CustomerRow[] | undefined,
  isChoosable: boolean,
): Column<CustomerRow>[] {
  const known = useKnownColumns();
  const own = useOwnColumn();
  const name = useNameColumn(rows, isChoosable);
  const rest = chosen.flatMap(
    (column) => known[column] ?? (/^own\./.test(column) ? own(column) : []),
  );
  return [name, ...rest];
}

function useNameColumn(
  rows: readonly CustomerRow[] = [],
  isChoosable: boolean,
): Column<CustomerRow> {
  const t = useTexts();
  const { ids, choose } = useSelection();
  const shown = rows.map(({ id }) => id);
  const chosenCount = shown.filter((id) => ids.has(id)).length;
  const isAll = chosenCount > 0 && chosenCount === shown.length;
  const nameOf = ({ name, phone }: CustomerRow) =>
    name ?? (phone ? formatPhone(phone) : t("no-name"));
  const column: Column<CustomerRow> = {
    key: "name",
    header: t("name"),
    narrow: "title",
    wraps: true,
    render: (customer) => {
      const link = (
        <Link href={`/customers/${customer.id}`} className="record-link">
          {customer.name ?? <span className="quiet">{t("no-name")}</span>}
        </Link>
      );
      if (!isChoosable) return link;
      return (
        <Group gap="sm" wrap="nowrap">
          <Checkbox
            size="xs"
            flex="none"
            aria-label={t("choose-row", { name: nameOf(customer) })}
            checked={ids.has(customer.id)}
            onChange={(event) => choose([customer.id], event.currentTarget.checked)}
          />
          {link}
        </Group>
      );
    },
  };
  if (!isChoosable) return column;
  column.head = (
    <Group gap="sm" wrap="nowrap">
      <Checkbox
        size="xs"
        flex="none"
        aria-label={t("choose-shown")}
        checked={isAll}
        indeterminate={chosenCount > 0 && !isAll}
        onChange={() => choose(shown, !isAll)}
      />
      {t("name")}
    </Group>
  );
  return column;
}

function useKnownColumns(): Record<string, Column<CustomerRow>> {
  const t = useTexts();
  const format = useFormat();
  const say = useSayField();
  const plain = (key: "email" | "language", header: string): Column<CustomerRow> => ({
    ...{ key, header, wraps: true },
    render: (row) => orDash(row[key] && say(key)(row[key])),
  });
  return {
    ...useTimeColumns(),
    ...useMarkColumns(),
    phone: {
      key: "phone",
      header: t("phone"),
      render: ({ phone }) => (phone ? <span className="figure">{formatPhone(phone)}</span> : dash),
    },
    email: plain("email", t("field-email")),
    language: plain("language", t("field-language")),
    birthday: {
      key: "birthday",
      header: t("field-birthday"),
      render: ({ birthday }) => (birthday ? format.birthday(birthday) : dash),
    },
    visits: {
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
    source: {
      key: "source",
      header: t("source"),
      wraps: true,
      render: ({ sourceBranchName }) => (
        <span className={sourceBranchName ? "two-lines" : "quiet"}>{sourceBranchName ?? "–"}</span>
      ),
    },
    consents: {
      key: "consents",
      header: t("consents"),
      wraps: true,
      render: ({ consents }) => {
        const given = PURPOSES.filter((purpose) => consents?.[purpose]);
        return orDash(given.map((purpose) => t(`purpose-${purpose}`)).join(", "));
      },
    },
  };
}

function useTimeColumns(): Record<string, Column<CustomerRow>> {
  const t = useTexts();
  const zoneOf = useZoneOf();
  return {
    "last-visit": {
      key: "last-visit",
      header: t("last-visit"),
      render: ({ lastVisitAt, sourceBranchId }) =>
        lastVisitAt ? <Since at={lastVisitAt} timeZone={zoneOf(sourceBranchId)} /> : dash,
    },
    "first-seen": {
      key: "first-seen",
      header: t("first-seen"),
      narrow: "none",
      render: ({ firstSeenAt, sourceBranchId }) => (
        <Moment at={firstSeenAt} timeZone={zoneOf(sourceBranchId)} />
      ),
    },
  };
}

function useMarkColumns(): Record<string, Column<CustomerRow>> {
  const t = useTexts();
  const one = (key: "group" | "tier"): Column<CustomerRow> => ({
    ...{ key, header: t(`column-${key}`), wraps: true },
    render: ({ marks }) => orDash(marks?.[key]?.name),
  });
  return {
    group: one("group"),
    tier: one("tier"),
    tags: {
      key: "tags",
      header: t("column-tags"),
      wraps: true,
      render: ({ marks }) =>
        marks && marks.tags.length > 0 ? (
          <Group gap={4}>
            {marks.tags.map(({ id, name }) => (
              <Badge key={id} variant="light" size="sm" tt="none" fw={500}>
                {name}
              </Badge>
            ))}
          </Group>
        ) : (
          dash
        ),
    },
  };
}

/** A field of the company's own; one that was removed has no column any more. */
function useOwnColumn(): (key: string) => Column<CustomerRow>[] {
  const { data: fields } = useOwnFields();
  const labelOf = useLabel();
  const say = useSayField();
  return (key) => {
    const field = fields?.find((each) => each.key === key);
    if (!field) return [];
    return [
      {
        ...{ key, header: labelOf(field.label), wraps: true },
        render: ({ own }) => orDash(own?.[key] && say(key)(own[key])),
      },
    ];
  };
}
