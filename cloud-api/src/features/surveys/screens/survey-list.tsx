import { Box, Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link } from "wouter";
import { useZoneOf } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useMayEverywhere } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { chooseWords } from "../rules.ts";
import { type Survey, useSurveys } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Every survey that guests are or were asked, and how many answered. */
export function SurveyList() {
  const t = useTexts();
  const { data: surveys, error, refetch } = useSurveys();
  const columns = useColumns();
  const mayEdit = useMayEverywhere("surveys.edit");
  const answers = surveys?.reduce((sum, survey) => sum + survey.answers, 0) ?? 0;
  return (
    <Page
      title={t("surveys")}
      summary={surveys && t("answers-counted", { count: answers })}
      actions={
        <>
          <Button component={Link} href="/surveys/sale-types" variant="default">
            {t("sale-types")}
          </Button>
          {mayEdit && (
            <Button component={Link} href="/surveys/new" leftSection={<IconPlus size={16} />}>
              {t("new-survey")}
            </Button>
          )}
        </>
      }
    >
      {error && !surveys ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Box className="surface">
          {surveys?.length === 0 ? (
            <Empty title={t("no-surveys")} hint={t("no-surveys-hint")} />
          ) : (
            <RecordTable
              label={t("surveys")}
              columns={columns}
              rows={surveys}
              rowKey={(survey) => survey.id}
            />
          )}
        </Box>
      )}
    </Page>
  );
}

function useColumns(): Column<Survey>[] {
  const t = useTexts();
  const format = useFormat();
  const { language } = useLanguage();
  const zone = useZoneOf()(null);
  return [
    {
      key: "title",
      header: t("survey"),
      narrow: "title",
      wraps: true,
      render: ({ id, title }) => (
        <Link href={`/surveys/${id}`} className="record-link">
          {title ? chooseWords(title, language) : id}
        </Link>
      ),
    },
    {
      key: "branches",
      header: t("asked-at"),
      wraps: true,
      render: ({ branchNames }) =>
        branchNames.length > 0 ? (
          branchNames.join(", ")
        ) : (
          <span className="quiet">{t("asked-nowhere")}</span>
        ),
    },
    {
      key: "answers",
      header: t("answers"),
      align: "right",
      narrow: "aside",
      render: ({ answers }) => format.count(answers),
    },
    {
      key: "last",
      header: t("last-answer"),
      render: ({ lastAnsweredAt }) =>
        lastAnsweredAt === null ? (
          <span className="quiet">{t("none-yet")}</span>
        ) : (
          <Moment at={lastAnsweredAt} timeZone={zone} />
        ),
    },
  ];
}
