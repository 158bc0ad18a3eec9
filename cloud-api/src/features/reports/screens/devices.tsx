import { useLanguage } from "../../../shell/language.tsx";
import { screenOf } from "../../../shell/report-filters.ts";
import { ShareFigure } from "../../../shell/share-figure.tsx";
import { LOCALE } from "../../../shell/translate.ts";
import type { DescribedReply, DevicesReply, LanguagesReply } from "../schema.ts";
import { Described } from "./described.tsx";
import { ReportPage } from "./report-page.tsx";
import { useSource } from "./source.tsx";
import { useTexts } from "./texts.ts";
import { useReport } from "./use-report.ts";

/** What guests bring along: the devices, what these run, the language they read, and which address a device shows. */
export function Devices() {
  const t = useTexts();
  const source = useSource();
  const { language } = useLanguage();
  const forms = useReport<DescribedReply>("device-forms");
  const systems = useReport<DescribedReply>("systems");
  const devices = useReport<DevicesReply>("devices");
  const languages = useReport<LanguagesReply>("languages");
  const parts = [forms, systems, languages, devices];
  const { zone, query } = devices.asked;
  const names = new Intl.DisplayNames(LOCALE[language], { type: "language" });
  const nameOf = (code: string | null) => (code ? (names.of(code) ?? code) : t("unknown"));
  return (
    <ReportPage
      name="devices"
      error={parts.find(({ data, error }) => error && !data)?.error ?? null}
      retry={() => {
        for (const part of parts) void part.refetch();
      }}
      files={[
        { name: "device-forms", label: t("chart-device-forms"), query },
        { name: "systems", label: t("chart-systems"), query },
        { name: "languages", label: t("chart-languages"), query },
        { name: "devices", label: t("chart-devices"), query },
      ]}
    >
      <Described by="form" report={forms} />
      <Described by="system" report={systems} />
      <ShareFigure
        title={t("chart-languages")}
        unit={t("unit-languages")}
        source={source(languages.data?.freshness, zone)}
        nameHeader={t("language")}
        countHeader={t("customers")}
        shares={languages.data?.rows.map((row) => ({
          key: row.language ?? "",
          name: nameOf(row.language),
          count: row.customers,
          href: screenOf(row.opens),
        }))}
        total={languages.data?.customers ?? 0}
        isStale={languages.isPlaceholderData}
      />
      <ShareFigure
        title={t("chart-devices")}
        unit={t("unit-devices")}
        source={source(devices.data?.freshness, zone)}
        nameHeader={t("device")}
        countHeader={t("visits")}
        shares={devices.data?.rows.map(({ kind, visits, opens }) => ({
          key: kind,
          name: t(`device-${kind}`),
          count: visits,
          href: screenOf(opens),
        }))}
        total={devices.data?.visits ?? 0}
        isStale={devices.isPlaceholderData}
      />
    </ReportPage>
  );
}
