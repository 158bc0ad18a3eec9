import { Badge, Box, Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { useBranchChoices, useZoneOf } from "../../../shell/branches.ts";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { Whose } from "../../../shell/whose.tsx";
import { chooseWords } from "../rules.ts";
import type { ChoicesReply, LinkReply } from "../schema.ts";
import { LinkForm } from "./link-form.tsx";
import { useTexts } from "./texts.ts";

/** The links that were made, and what became of each. */
export function LinkList() {
  const t = useTexts();
  const [isNew, { open, close }] = useDisclosure(false);
  const [ending, setEnding] = useState<LinkReply | null>(null);
  const columns = useColumns(setEnding);
  const { rows, total, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useRecords<LinkReply, "links">({ path: "/survey-links", noun: "links" });
  return (
    <Page
      title={t("title")}
      summary={t("hint")}
      actions={
        <Button leftSection={<IconPlus size={16} />} onClick={open}>
          {t("new-link")}
        </Button>
      }
    >
      {error && !rows ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Box className="surface">
          {rows?.length === 0 ? (
            <Empty title={t("no-links")} hint={t("no-links-hint")} />
          ) : (
            <RecordTable {...{ label: t("title"), columns, rows }} rowKey={(link) => link.id} />
          )}
          <More
            shown={rows?.length ?? 0}
            total={total}
            isLoading={isFetchingNextPage}
            load={hasNextPage ? () => void fetchNextPage() : null}
          />
        </Box>
      )}
      <Dialog opened={isNew} onClose={close} title={t("new-link")}>
        {isNew && <LinkForm done={close} />}
      </Dialog>
      <Dialog opened={ending !== null} onClose={() => setEnding(null)} title={t("end-title")}>
        {ending && <End link={ending} close={() => setEnding(null)} />}
      </Dialog>
    </Page>
  );
}

function End({ link, close }: { link: LinkReply; close: () => void }) {
  const t = useTexts();
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: () => api.remove(`/survey-links/${link.id}`),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["links"] });
      close();
    },
  });
  return (
    <Danger {...{ hint: t("end-hint"), label: t("end"), act, close }} run={() => act.mutate()} />
  );
}

/** The theme's own are too pale upon themselves for WCAG 2.2, 1.4.3. */
const READABLE = {
  open: { color: "teal", c: "light-dark(#065f46, #7ee2c0)" },
  answered: { color: "blue", c: "light-dark(#1e3a8a, #a9c7ff)" },
  over: { color: "orange", c: "light-dark(#9a3412, #ffb38a)" },
  withdrawn: { color: "gray", c: "light-dark(#3b4644, #c4cdcc)" },
} as const;

function useColumns(end: (link: LinkReply) => void): Column<LinkReply>[] {
  const t = useTexts();
  const { language } = useLanguage();
  const zoneOf = useZoneOf();
  const places = new Map(useBranchChoices().map(({ id, name }) => [id, name]));
  const { data } = useQuery({
    queryKey: ["survey-link-choices"],
    queryFn: ({ signal }) => api.get<ChoicesReply>("/survey-link-choices", signal),
  });
  const surveys = (data?.branches ?? []).flatMap((branch) => branch.surveys);
  const titleOf = (surveyId: string) => {
    const survey = surveys.find(({ id }) => id === surveyId);
    return survey ? chooseWords(survey.title, language) : surveyId;
  };
  return [
    {
      ...{ key: "for", header: t("for"), narrow: "title", wraps: true },
      render: (link) => <Whose row={link} nameless={t("nameless")} nobody={t("nobody")} />,
    },
    {
      ...{ key: "state", header: t("state"), narrow: "aside" },
      render: ({ state }) => (
        <Badge variant="light" {...READABLE[state]}>
          {t(`state-${state}`)}
        </Badge>
      ),
    },
    {
      ...{ key: "survey", header: t("survey"), wraps: true },
      render: ({ surveyId, branchId, saleType }) => (
        <>
          {titleOf(surveyId)}{" "}
          <span className="quiet">
            {[places.get(branchId), saleType && chooseWords(saleType, language)]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </>
      ),
    },
    {
      ...{ key: "made", header: t("made"), wraps: true },
      render: ({ madeAt, madeByName, branchId }) => (
        <>
          <Moment at={madeAt} timeZone={zoneOf(branchId)} />{" "}
          <span className="quiet">{madeByName}</span>
        </>
      ),
    },
    {
      ...{ key: "until", header: t("until") },
      render: ({ endsAt, branchId }) => <Moment at={endsAt} timeZone={zoneOf(branchId)} />,
    },
    {
      ...{ key: "end", header: "" },
      render: (link) =>
        link.state === "open" && (
          <Button size="compact-sm" variant="default" onClick={() => end(link)}>
            {t("end")}
          </Button>
        ),
    },
  ];
}
