import { Empty, Section } from "../../../shell/page.tsx";
import { screenOf } from "../../../shell/report-filters.ts";
import { ShareFigure } from "../../../shell/share-figure.tsx";
import type { SignInsReply } from "../schema.ts";
import { ReportPage } from "./report-page.tsx";
import { useSource } from "./source.tsx";
import { type TextKey, useTexts } from "./texts.ts";
import { useReport } from "./use-report.ts";
import { useWayInName } from "./ways-in.ts";

/** A box of a newer release may know one more. */
const CHANNELS: readonly string[] = ["cloud", "http-gateway", "outbox", "console", "none"];

const sumOf = (counts: readonly { count: number }[] | undefined): number =>
  counts?.reduce((sum, { count }) => sum + count, 0) ?? 0;

/** By which way guests come online, and by which channel their codes were to go. */
export function SignIns() {
  const t = useTexts();
  const source = useSource();
  const nameOfWay = useWayInName();
  const nameOfChannel = (name: string) =>
    CHANNELS.includes(name) ? t(`channel-${name}` as TextKey) : name;
  const { data, error, refetch, isPlaceholderData, asked } = useReport<SignInsReply>("sign-ins");
  const shared = {
    source: source(data?.freshness, asked.zone),
    countHeader: t("times-counted"),
    isStale: isPlaceholderData,
    empty: t("no-sign-ins"),
  };
  return (
    <ReportPage
      name="sign-ins"
      error={data ? null : error}
      retry={refetch}
      files={[{ name: "sign-ins", query: asked.query }]}
    >
      <ShareFigure
        title={t("chart-methods")}
        unit={t("unit-methods")}
        nameHeader={t("method")}
        shares={data?.methods.map(({ name, count, opens }) => ({
          ...{ key: name, name: nameOfWay(name), count, href: screenOf(opens) },
        }))}
        total={sumOf(data?.methods)}
        totalHref={data && screenOf(data.opens)}
        {...shared}
      />
      {data?.channels === null ? (
        <Section title={t("chart-channels")}>
          <Empty title={t("codes-of-nobody")} hint={t("codes-of-nobody-hint")} />
        </Section>
      ) : (
        <ShareFigure
          title={t("chart-channels")}
          unit={t("unit-channels")}
          nameHeader={t("channel")}
          shares={data?.channels.map(({ name, count }) => ({
            ...{ key: name, name: nameOfChannel(name), count },
          }))}
          total={sumOf(data?.channels)}
          {...shared}
        />
      )}
    </ReportPage>
  );
}
