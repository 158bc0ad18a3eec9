import { Button } from "@mantine/core";
import { IconPencil, IconQrcode } from "@tabler/icons-react";
import { Link } from "wouter";
import { useLanguage } from "../../../shell/language.tsx";
import { NothingHere, Page } from "../../../shell/page.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useMayEverywhere } from "../../../shell/session.tsx";
import { chooseWords } from "../rules.ts";
import { useFilters } from "./filters.ts";
import { useResults, useSurveys } from "./replies.ts";
import { CsvButton, Results } from "./results.tsx";
import { useAverage } from "./results-summary.tsx";
import { SaveResults } from "./save-results.tsx";
import { useTexts } from "./texts.ts";

/** What guests answered to one survey. */
export function SurveyPage({ params }: ScreenProps) {
  const id = params.id ?? "";
  const t = useTexts();
  const { language } = useLanguage();
  const mayEdit = useMayEverywhere("surveys.edit");
  const surveys = useSurveys();
  const survey = surveys.data?.find((each) => each.id === id);
  if (surveys.data && !survey) return <NothingHere />;
  return (
    <Page
      title={survey?.title ? chooseWords(survey.title, language) : id}
      summary={<Summary surveyId={id} />}
      parent={{ path: "/surveys", label: t("surveys") }}
      actions={
        <>
          <SaveResults surveyId={id} />
          <CsvButton surveyId={id} />
          <Button
            component={Link}
            href={`/surveys/${id}/print`}
            variant="default"
            leftSection={<IconQrcode size={16} />}
          >
            {t("qr-codes")}
          </Button>
          {mayEdit && (
            <Button
              component={Link}
              href={`/surveys/${id}/edit`}
              variant="default"
              leftSection={<IconPencil size={16} />}
            >
              {t("edit")}
            </Button>
          )}
        </>
      }
    >
      <Results surveyId={id} />
    </Page>
  );
}

/** The answer first: what they gave on the whole, and how many. */
function Summary({ surveyId }: { surveyId: string }) {
  const t = useTexts();
  const say = useAverage();
  const { filters } = useFilters();
  const { data } = useResults(surveyId, filters);
  if (!data) return null;
  const counted = t("answers-counted", { count: data.answers });
  return data.average === null
    ? counted
    : `${t("average", { number: say(data.average) })} · ${counted}`;
}
