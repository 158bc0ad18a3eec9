import { ChartFigure } from "../../../shell/chart-figure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { screenOf } from "../../../shell/report-filters.ts";
import { LOCALE } from "../../../shell/translate.ts";
import { useFormat } from "../../../shell/use-format.ts";
import type { DevicesReply, LanguagesReply } from "../schema.ts";
import { ReportPage } from "./report-page.tsx";
import { useSource } from "./source.tsx";
import { useTexts } from "./texts.ts";
import { useReport } from "./use-report.ts";

/** What guests bring along: the language they read, and devices that show an address of their own or a made-up one. */
export function Devices() {
  const t = useTexts();
  const format = useFormat();
  const source = useSource();
  const { language } = useLanguage();
  const devices = useReport<DevicesReply>("devices");
  const languages = useReport<LanguagesReply>("languages");
  const { days, zone } = devices.asked;
  const names = new Intl.DisplayNames(LOCALE[language], { type: "language" });
  const nameOf = (code: string | null) => (code ? (names.of(code) ?? code) : t("unknown"));
  const rows = languages.data?.rows;
  return (
    <ReportPage
      name="devices"
      error={languages.data ? null : languages.error}
      retry={() => {
        void devices.refetch();
        void languages.refetch();
      }}
      csv={
        rows && {
          name: `languages-${days.from}-${days.to}`,
          header: [t("language"), t("customers")],
          rows: rows.map((row) => [nameOf(row.language), row.customers]),
        }
      }
    >
      <ChartFigure
        title={t("chart-languages")}
        unit={t("unit-languages")}
        source={source(languages.data?.freshness, zone)}
        slotHeader={t("language")}
        slots={rows?.map((row) => ({
          key: row.language ?? "",
          short: nameOf(row.language),
          long: nameOf(row.language),
        }))}
        series={[
          {
            ...{ key: "customers", name: t("customers"), tone: "accent", form: "bar" },
            values: rows?.map(({ customers }) => customers) ?? [],
          },
        ]}
        say={format.count}
        isStale={languages.isPlaceholderData}
        {...(languages.data ? { totals: { customers: languages.data.customers } } : {})}
        hrefOf={({ key }) => {
          const row = rows?.find((each) => (each.language ?? "") === key);
          return row && screenOf(row.opens);
        }}
      />
      <ChartFigure
        title={t("chart-devices")}
        unit={t("unit-devices")}
        source={source(devices.data?.freshness, zone)}
        slotHeader={t("device")}
        slots={devices.data?.rows.map(({ kind }) => ({
          key: kind,
          short: t(`device-${kind}`),
          long: t(`device-${kind}`),
        }))}
        series={[
          {
            ...{ key: "visits", name: t("visits"), tone: "blue", form: "bar" },
            values: devices.data?.rows.map(({ visits }) => visits) ?? [],
          },
        ]}
        say={format.count}
        isStale={devices.isPlaceholderData}
        {...(devices.data ? { totals: { visits: devices.data.visits } } : {})}
      />
    </ReportPage>
  );
}
