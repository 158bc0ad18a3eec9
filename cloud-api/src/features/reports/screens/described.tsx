import { HeatFigure } from "../../../shell/heat-figure.tsx";
import { screenOf } from "../../../shell/report-filters.ts";
import { ShareFigure } from "../../../shell/share-figure.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { UNKNOWN } from "../rules.ts";
import type { DescribedReply } from "../schema.ts";
import { useSource } from "./source.tsx";
import { useTexts } from "./texts.ts";
import { useDeviceWords } from "./use-device-words.ts";
import type { useReport } from "./use-report.ts";

type DescribedProps = {
  by: "system" | "form";
  report: ReturnType<typeof useReport<DescribedReply>>;
};

const NAMES = { system: "systems", form: "device-forms" } as const;

/** Visits by what their devices run, or are: shares beside those of the period before, and by branch. */
export function Described({ by, report }: DescribedProps) {
  const t = useTexts();
  const format = useFormat();
  const source = useSource();
  const nameWord = useDeviceWords();
  const { data, isPlaceholderData, asked } = report;
  const name = NAMES[by];
  const rows = data?.rows ?? [];
  const told = source(data?.freshness, asked.zone);
  const branches = (data?.branches ?? []).toSorted((one, other) => other.visits - one.visits);
  const columns = rows.map((row) => {
    const words = nameWord(by, row.name);
    return { key: row.name, short: words, long: words };
  });
  const cellOf = (branch: string, word: string) =>
    branches.find(({ branchId }) => branchId === branch)?.cells.find((cell) => cell.name === word);
  return (
    <>
      <ShareFigure
        title={t(`chart-${name}`)}
        unit={t(`unit-${name}`)}
        source={
          <>
            {data && t("before-days", { days: format.dayRange(data.before.period) })} · {told}
            {rows.some((row) => row.name === UNKNOWN) && <> · {t("described-unknown")}</>}
          </>
        }
        nameHeader={t(by)}
        countHeader={t("visits")}
        shares={data?.rows.map((row) => ({
          ...{ key: row.name, name: nameWord(by, row.name), count: row.visits },
          ...{ before: row.visitsBefore, href: screenOf(row.opens.visits) },
        }))}
        total={data?.visits ?? 0}
        before={data && { header: t("share-before"), total: data.before.visits }}
        isStale={isPlaceholderData}
      />
      {branches.length > 1 && (
        <HeatFigure
          title={t("described-by-branch", { title: t(`chart-${name}`) })}
          unit={t("by-branch-visits-hint")}
          source={told}
          isBusy={!data}
          isStale={isPlaceholderData}
          rows={branches.map(({ branchId, name: place }) => ({
            ...{ key: branchId, short: place, long: place },
          }))}
          columns={columns}
          numberOf={(branch, word) => cellOf(branch, word)?.visits ?? 0}
          sayShort={format.count}
          say={format.count}
          hrefOf={(branch, word) => {
            const cell = cellOf(branch, word);
            return cell && cell.visits > 0 ? screenOf(cell.opens.visits) : undefined;
          }}
          isNeverTurned
          hasNames
          hasSums
        />
      )}
    </>
  );
}
