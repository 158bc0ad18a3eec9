import { Text } from "@mantine/core";
import { useLanguage } from "../../../shell/language.tsx";
import { Section } from "../../../shell/page.tsx";
import type { MapMark } from "../../../shell/place-map.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { densityOf, kilometresOf, middleOf, wayTo } from "../rules.ts";
import type { DensityReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

type Area = DensityReply["groups"][number];
const ROWS_MAX = 25;

/** The same as the map, for whoever reads it: areas by the branch they are nearest to. */
export function AreaTable({
  groups,
  marks,
}: {
  groups: readonly Area[];
  marks: readonly MapMark[];
}) {
  const t = useTexts();
  const columns = useColumns(marks);
  const rows = groups.toSorted((one, other) => other.customers - one.customers);
  return (
    <Section title={t("areas")} hint={t("areas-hint")} flush>
      <RecordTable
        label={t("areas")}
        columns={columns}
        rows={rows.slice(0, ROWS_MAX)}
        rowKey={({ south, west, side }) => `${south} ${west} ${side}`}
      />
      {rows.length > ROWS_MAX && (
        <Text size="sm" className="quiet" px="md" py="xs">
          {t("more", { count: rows.length - ROWS_MAX })}
        </Text>
      )}
    </Section>
  );
}

function useColumns(marks: readonly MapMark[]): Column<Area>[] {
  const t = useTexts();
  const format = useFormat();
  const sayPlace = useSayPlace(marks);
  const sayKilometres = useSayKilometres();
  return [
    { key: "area", header: t("area"), narrow: "title", wraps: true, render: sayPlace },
    {
      key: "customers",
      header: t("customers"),
      align: "right",
      narrow: "aside",
      render: ({ customers }) => format.count(customers),
    },
    {
      key: "density",
      header: t("per-square"),
      align: "right",
      render: (area) => format.count(Math.round(densityOf(area) * 10) / 10),
    },
    {
      key: "size",
      header: t("size"),
      align: "right",
      render: (area) => sayKilometres(kilometresOf(area)),
    },
  ];
}

function useSayKilometres(): (kilometres: number) => string {
  const { language } = useLanguage();
  return (kilometres) =>
    new Intl.NumberFormat(language, {
      ...{ style: "unit", unit: "kilometer", maximumFractionDigits: kilometres < 10 ? 1 : 0 },
    }).format(kilometres);
}

function useSayPlace(marks: readonly MapMark[]): (area: Area) => string {
  const t = useTexts();
  const sayKilometres = useSayKilometres();
  return (area) => {
    const middle = middleOf(area);
    const ways = marks.map(({ name, point }) => ({ name, ...wayTo(point, middle) }));
    const nearest = ways.toSorted((one, other) => one.kilometres - other.kilometres)[0];
    if (!nearest) return `${middle.latitude.toFixed(2)}, ${middle.longitude.toFixed(2)}`;
    const { name: branch, kilometres, direction } = nearest;
    if (kilometres < kilometresOf(area) / 2) return t("around", { branch });
    const distance = sayKilometres(kilometres);
    return t("from-branch", { branch, distance, direction: t(direction) });
  };
}
