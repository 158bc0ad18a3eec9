import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconChartHistogram } from "@tabler/icons-react";
import { Link } from "wouter";
import { useZoneOf } from "../../../shell/branches.ts";
import { Page } from "../../../shell/page.tsx";
import { chooseUnit, type Unit } from "../../../shell/periods.ts";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { addressOfPage } from "./asked.ts";
import { CompareChoice, readAgainst } from "./compare-choice.tsx";
import { OwnerName } from "./owner-name.tsx";
import { PartSection } from "./part-section.tsx";
import { Refused } from "./refused.tsx";
import { type Saved, type Told, useSaved, useSavedList, useTold } from "./replies.ts";
import { SavedActions } from "./saved-actions.tsx";
import { SavedFigures } from "./saved-figures.tsx";
import { type TextKey, useTexts } from "./texts.ts";
import { useAskedWords } from "./use-asked-words.ts";
import "./saved-reports.css";

/** One kept report: its numbers, drawn and in rows, beside those that they are set against. */
export function SavedPage({ params }: ScreenProps) {
  const t = useTexts();
  const id = params.id ?? "";
  const parent = { path: "/saved-reports", label: t("title") };
  const { data: saved, error, refetch } = useSaved(id);
  if (saved) return <Open key={id} saved={saved} parent={parent} />;
  return (
    <Page title={t("saved-report")} parent={parent}>
      {error && <Refused error={error} retry={refetch} />}
    </Page>
  );
}

type OpenProps = { saved: Saved; parent: { path: string; label: string } };

function Open({ saved, parent }: OpenProps) {
  const t = useTexts();
  const sayAsked = useAskedWords();
  const { parameters } = useSearchParameters();
  const against = readAgainst(parameters);
  const told = useTold(saved.id, against);
  return (
    <Page
      title={saved.name}
      parent={parent}
      summary={
        <>
          {t(`report-${saved.report}`)} · {sayAsked(saved)} · <OwnerName {...saved} />
          {saved.shared && ` · ${t("is-shared")}`}
        </>
      }
      actions={<SavedActions saved={saved} against={against} />}
    >
      {saved.note && (
        <Text size="sm" className="any-length saved-note">
          {saved.note}
        </Text>
      )}
      <div className="saved-controls">
        <CompareChoice saved={saved} />
        <Button
          component={Link}
          href={addressOfPage(saved, told.data?.period)}
          variant="default"
          fw={400}
          leftSection={<IconChartHistogram size={16} />}
        >
          {t("open-report")}
        </Button>
      </div>
      {told.error ? (
        <Refused error={told.error} retry={told.refetch} saved={saved} />
      ) : (
        <Numbers saved={saved} told={told.data} isStale={told.isPlaceholderData} />
      )}
    </Page>
  );
}

/** How those are counted who are not counted by their visits of some days. */
const HINTS: Partial<Record<Saved["report"], TextKey>> = {
  breakdown: "breakdown-hint",
  scores: "scores-hint",
};

type NumbersProps = { saved: Saved; told: Told | undefined; isStale: boolean };

function Numbers({ saved, told, isStale }: NumbersProps) {
  const t = useTexts();
  const hint = HINTS[saved.report];
  const names = useNames(told);
  const source = useSource(told);
  return (
    <Stack gap="lg">
      {told && told.branchesLeftOut > 0 && (
        <Alert variant="light" color="yellow" py="xs">
          {t("left-out", { count: told.branchesLeftOut })}
        </Alert>
      )}
      {hint && (
        <Text size="sm" className="quiet">
          {t(hint)}
        </Text>
      )}
      <SavedFigures report={saved.report} told={told} names={names} isStale={isStale} />
      {told?.parts.map((part) => (
        <PartSection
          key={part.name}
          unit={unitOf(saved, told.period)}
          {...{ part, names, source, isStale }}
        />
      ))}
    </Stack>
  );
}

/** What is counted by days and not by hours. */
const BY_DAYS: readonly Saved["report"][] = [
  ...(["satisfaction", "sign-in-funnel", "cases", "customer-visits"] as const),
];

function unitOf({ report, query }: Saved, period: Told["period"]): Unit {
  const unit = query.unit ?? chooseUnit(period);
  return BY_DAYS.includes(report) && unit === "hour" ? "day" : unit;
}

/** What the two columns of numbers are called: by their days, or by the other kept report's name. */
function useNames(told: Told | undefined): { now: string; before: string | null } {
  const format = useFormat();
  const { parameters } = useSearchParameters();
  const { data: list } = useSavedList();
  const other = list?.find(({ id }) => id === parameters.get("against"));
  if (!told) return { now: "", before: null };
  const days = told.before && format.dayRange(told.before);
  return {
    now: format.dayRange(told.period),
    before: other && days ? `${other.name} (${days})` : days,
  };
}

function useSource(told: Told | undefined): string {
  const t = useTexts();
  const format = useFormat();
  const zone = useZoneOf()(null);
  if (!told) return "";
  const asOf = t("as-of", { time: format.clock(told.asOf, zone) });
  return told.isBehind ? `${asOf} · ${t("behind")}` : asOf;
}
