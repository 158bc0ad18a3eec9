import { Text } from "@mantine/core";
import { Empty, Section } from "../../../shell/page.tsx";
import { ShareBars } from "../../../shell/share-bars.tsx";
import type { SignInsReply } from "../schema.ts";
import { ReportPage } from "./report-page.tsx";
import { useSource } from "./source.tsx";
import { type TextKey, useTexts } from "./texts.ts";
import { useReport } from "./use-report.ts";
import { METHODS } from "./ways-in.ts";

type Named = SignInsReply["methods"];

const CHANNELS = ["cloud", "http-gateway", "outbox", "console", "none"] as const;

/** By which way guests come online, and by which channel their codes were to go. */
export function SignIns() {
  const t = useTexts();
  const source = useSource();
  const { data, error, refetch, isPlaceholderData, asked } = useReport<SignInsReply>("sign-ins");
  // A box of a newer release may know one more.
  const nameOf = (known: readonly string[], kind: "method" | "channel", name: string) =>
    known.includes(name) ? t(`${kind}-${name}` as TextKey) : name;
  const parts = (title: string, unit: string, header: string, counts: Named | undefined) => (
    <Section title={title} hint={unit}>
      <div style={{ opacity: isPlaceholderData ? 0.55 : 1 }} aria-busy={!counts || undefined}>
        {counts?.length === 0 && <Empty title={t("no-sign-ins")} />}
        {counts?.length !== 0 && (
          <ShareBars
            caption={title}
            nameHeader={header}
            countHeader={t("times-counted")}
            shares={(counts ?? []).map(({ name, count }) => ({ key: name, name, count }))}
            total={(counts ?? []).reduce((sum, { count }) => sum + count, 0)}
          />
        )}
      </div>
      <Text size="xs" className="quiet" mt="xs">
        {source(data?.freshness, asked.zone)}
      </Text>
    </Section>
  );
  const named = (known: readonly string[], kind: "method" | "channel", counts?: Named) =>
    counts?.map(({ name, count }) => ({ name: nameOf(known, kind, name), count }));
  return (
    <ReportPage
      name="sign-ins"
      error={data ? null : error}
      retry={refetch}
      files={[{ name: "sign-ins", query: asked.query }]}
    >
      {parts(
        t("chart-methods"),
        t("unit-methods"),
        t("method"),
        named(METHODS, "method", data?.methods),
      )}
      {data?.channels === null ? (
        <Section title={t("chart-channels")}>
          <Empty title={t("codes-of-nobody")} hint={t("codes-of-nobody-hint")} />
        </Section>
      ) : (
        parts(
          t("chart-channels"),
          t("unit-channels"),
          t("channel"),
          named(CHANNELS, "channel", data?.channels),
        )
      )}
    </ReportPage>
  );
}
