import { SimpleGrid, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Since } from "../../../shell/moment.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { SeenBox } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** What a box said of itself, and when. */
export function BoxFacts({ box }: { box: SeenBox }) {
  const t = useTexts();
  const { report, reportedAt, timeZone } = box;
  if (!report || reportedAt === null)
    return (
      <Section title={t("report")}>
        <Empty title={t("no-report")} hint={t("no-report-hint")} />
      </Section>
    );
  const hint = (
    <>
      {t("reported")} <Since at={reportedAt} timeZone={timeZone} />
    </>
  );
  return (
    <Section title={t("report")} hint={hint}>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="md" verticalSpacing="md">
        <OutboxFacts box={box} report={report} />
        <MachineFacts box={box} report={report} />
      </SimpleGrid>
    </Section>
  );
}

type FactsProps = { box: SeenBox; report: NonNullable<SeenBox["report"]> };

function OutboxFacts({ box, report }: FactsProps) {
  const t = useTexts();
  const format = useFormat();
  const { outbox } = report;
  const room = { bytes: format.bytes(outbox.bytes), max: format.bytes(outbox.bytesMax) };
  return (
    <>
      <Fact label={t("backlog-label")} figure={t("events", { count: outbox.events })}>
        {outbox.oldestAt === null ? (
          t("backlog-none")
        ) : (
          <>
            {t("oldest")} <Since at={outbox.oldestAt} timeZone={box.timeZone} />
          </>
        )}
      </Fact>
      <Fact label={t("outbox-label")} figure={t("outbox-room", room)}>
        {outbox.fullInDays === null
          ? t("outbox-not-filling")
          : t("outbox-full-in", { time: format.duration(outbox.fullInDays * 86_400) })}
      </Fact>
      <Fact label={t("thinned-label")} figure={t("events", { count: outbox.thinned })}>
        {t(outbox.thinned === 0 ? "thinned-none" : "thinned-hint")}
      </Fact>
    </>
  );
}

function MachineFacts({ box, report }: FactsProps) {
  const t = useTexts();
  const format = useFormat();
  const { held, newest } = box.settings;
  const { machineOffsetSeconds: offset, uncertaintySeconds } = report.clock;
  const free = report.freeBytes;
  return (
    <>
      <Fact label={t("settings-label")} figure={t("settings-version", { version: held })}>
        {held < newest ? t("settings-newer", { version: newest }) : t("settings-newest")}
      </Fact>
      <Fact label={t("clock-label")} figure={sayOffset(offset)}>
        {uncertaintySeconds === null ? t("clock-untold") : t("clock-told")}
      </Fact>
      <Fact label={t("disk-label")} figure={free === null ? t("unknown") : format.bytes(free)}>
        {t("release", { release: report.release })}
      </Fact>
      {report.storeKey && (
        <Fact label={t("store-key-label")} figure={t(`store-key-${report.storeKey}`)}>
          {t(`store-key-${report.storeKey}-hint`)}
        </Fact>
      )}
    </>
  );

  function sayOffset(seconds: number | null): string {
    if (seconds === null) return t("unknown");
    if (Math.abs(seconds) < 1) return t("clock-right");
    const time = format.duration(Math.abs(seconds));
    return t(seconds > 0 ? "clock-fast" : "clock-slow", { time });
  }
}

type FactProps = { label: string; figure: string; children: ReactNode };

function Fact({ label, figure, children }: FactProps) {
  return (
    <div>
      <Text size="sm" className="quiet">
        {label}
      </Text>
      <Text fw={600} className="figure">
        {figure}
      </Text>
      <Text size="xs" className="quiet">
        {children}
      </Text>
    </div>
  );
}
