import { Skeleton, Text } from "@mantine/core";
import { Failure } from "../../../shell/failure.tsx";
import { Page } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { type Scores, useScores, useTiers } from "./replies.ts";
import { ScoreForm } from "./score-form.tsx";
import { useTexts } from "./texts.ts";

/** How customers are scored by their visits, and which tiers they have for it. */
export function ScorePage() {
  const t = useTexts();
  const mayChange = useMay("scores.edit");
  const scores = useScores();
  const tiers = useTiers();
  const error = scores.error ?? tiers.error;
  const isThere = scores.data && tiers.data;
  return (
    <Page title={t("title")} summary={scores.data && <Answer scores={scores.data} />}>
      {error && !isThere && <Failure error={error} retry={scores.refetch} />}
      {!error && !isThere && <Skeleton height={320} radius="lg" />}
      {scores.data && tiers.data && (
        <ScoreForm scores={scores.data} tiers={tiers.data} isReadOnly={!mayChange} />
      )}
    </Page>
  );
}

/** How many have points, and how far a count anew has come. */
function Answer({ scores: { totals, progress } }: { scores: Scores }) {
  const t = useTexts();
  const format = useFormat();
  const customers = totals.reduce((sum, each) => sum + each.customers, 0);
  return (
    <>
      {t("scored", { count: customers })}
      {progress && (
        <Text size="sm" className="quiet" role="status" component="span">
          {" "}
          {progress.total > 0
            ? t("progress", {
                done: format.count(progress.done),
                total: format.count(progress.total),
              })
            : t("progress-begins")}
        </Text>
      )}
    </>
  );
}
