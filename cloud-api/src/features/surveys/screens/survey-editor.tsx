import { Button, Group, Select, Skeleton, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { ApiError, api } from "../../../shell/api.ts";
import { NoBranch } from "../../../shell/branch-of-page.tsx";
import { useBranchChoices } from "../../../shell/branches.ts";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { useFaultInSight } from "../../../shell/form.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { NothingHere, Page, Section } from "../../../shell/page.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useMayEverywhere } from "../../../shell/session.tsx";
import { chooseWords } from "../rules.ts";
import type { SurveyReply, SurveyWording } from "../schema.ts";
import { AskedAt } from "./asked-at.tsx";
import { changeQuestion, moveQuestion, removeQuestion } from "./draft-questions.ts";
import { FileQuestions } from "./file-questions.tsx";
import { LocalInputs } from "./local-inputs.tsx";
import { newOption } from "./option-inputs.tsx";
import { type DraftQuestion, QuestionCard } from "./question-card.tsx";
import { useSurveys } from "./replies.ts";
import { ForSales } from "./sale-type-select.tsx";
import { useTexts } from "./texts.ts";
import { VersionList } from "./version-list.tsx";

const QUESTIONS_MAX = 20;
const KINDS = ["rating", "scale", "choice", "date", "text"] as const;

/** A survey that is not there yet. */
export function NewSurvey() {
  const t = useTexts();
  const branchIds = useBranchChoices().map(({ id }) => id);
  if (!useMayEverywhere("surveys.edit")) return <NothingHere />;
  return (
    <Page title={t("new-survey")} parent={{ path: "/surveys", label: t("surveys") }}>
      {branchIds.length > 0 ? (
        <SurveyForm survey={null} asked={branchIds} />
      ) : (
        <NoBranch hint={t("no-branches-hint")} />
      )}
    </Page>
  );
}

/** A survey's words and questions, where it is asked, and what it said before. */
export function EditSurvey({ params }: ScreenProps) {
  const id = params.id ?? "";
  const t = useTexts();
  const { language } = useLanguage();
  const mayEdit = useMayEverywhere("surveys.edit");
  const { data, error, refetch } = useQuery({
    queryKey: ["survey", id],
    queryFn: ({ signal }) => api.get<SurveyReply>(`/surveys/${id}`, signal),
  });
  if (!mayEdit || (error instanceof ApiError && error.code === "not-found")) return <NothingHere />;
  const title = data ? chooseWords(data.wording.title, language) : t("survey");
  return (
    <Page
      title={title}
      summary={data?.version ? t("version-number", { number: data.version }) : undefined}
      parent={{ path: `/surveys/${id}`, label: t("results") }}
    >
      {error && !data && <Failure error={error} retry={refetch} />}
      {!error && !data && <Skeleton height={240} radius="lg" />}
      {data && (
        <>
          <SurveyForm survey={data} asked={data.branchIds} />
          <VersionList survey={data} />
        </>
      )}
    </Page>
  );
}

const newQuestion = (kind: DraftQuestion["kind"]): DraftQuestion => {
  const asked = { id: crypto.randomUUID(), label: {}, required: kind === "rating" };
  if (kind === "choice")
    return { ...asked, kind, many: false, options: [newOption(), newOption()] };
  return { ...asked, kind };
};

type SurveyFormProps = { survey: SurveyReply | null; asked: string[] };

function SurveyForm({ survey, asked }: SurveyFormProps) {
  const t = useTexts();
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const [branchIds, setBranches] = useState(asked);
  // What the draft was made from: a newer one that is fetched meanwhile must not pass for it.
  const [read, setRead] = useState({
    ...{ readVersion: survey?.version ?? null, readBranchIds: asked },
  });
  const [draft, setDraft] = useState<SurveyWording>(
    survey?.wording ?? { title: {}, questions: [newQuestion("rating")] },
  );
  const change = (more: Partial<SurveyWording>) => setDraft((before) => ({ ...before, ...more }));
  const save = useMutation({
    mutationFn: () => {
      const body = { wording: dropEmpty(draft), branchIds };
      return survey
        ? api.put<SurveyReply>(`/surveys/${survey.id}`, { ...body, ...read })
        : api.post<SurveyReply>("/surveys", body);
    },
    onSuccess: async (saved) => {
      setRead({ readVersion: saved.version, readBranchIds: saved.branchIds });
      queries.setQueryData(["survey", saved.id], saved);
      await queries.invalidateQueries({ queryKey: ["surveys"] });
      if (!survey) navigate(`/surveys/${saved.id}/edit`, { replace: true });
    },
  });
  const place = /^\/wording\/questions\/(\d+)/.exec(readField(save.error))?.[1];
  const filePlace = /^\/wording\/files\/(\d+)/.exec(readField(save.error))?.[1];
  const isFault = place !== undefined || filePlace !== undefined;
  const isTitleAtFault = readField(save.error).startsWith("/wording/title");
  const form = useFaultInSight<HTMLDivElement>(isTitleAtFault && save.error);
  const isConflict = save.error instanceof ApiError && save.error.code === "conflict";
  const { questions } = draft;
  const set = (next: DraftQuestion[] | null) => next && change({ questions: next });
  return (
    <Stack gap="lg" ref={form}>
      <Section title={t("survey")}>
        <Stack gap="sm">
          <LocalInputs
            label={t("title")}
            text={draft.title}
            set={(title) => change({ title })}
            fault={isTitleAtFault && t("title-fault")}
          />
          <LocalInputs label={t("intro")} text={draft.intro} set={(intro) => change({ intro })} />
          <LocalInputs
            label={t("thanks")}
            text={draft.thanks}
            set={(thanks) => change({ thanks })}
          />
          <ForSales
            chosen={draft.saleTypeIds ?? []}
            choose={(saleTypeIds) => change({ saleTypeIds })}
            fault={readField(save.error) === "/wording/saleTypeIds" && t("for-sales-fault")}
          />
          <AskedAt chosen={branchIds} choose={setBranches} />
        </Stack>
      </Section>
      {questions.map((question, index) => (
        <QuestionCard
          key={question.id}
          questions={questions}
          index={index}
          question={question}
          isAtFault={place === String(index)}
          change={(changed) => set(changeQuestion(questions, changed))}
          move={(by) => set(moveQuestion(questions, index, by))}
          remove={() => set(removeQuestion(questions, question.id))}
        />
      ))}
      <AddQuestion
        isFull={questions.length >= QUESTIONS_MAX}
        add={(question) => change({ questions: [...questions, question] })}
      />
      <FileQuestions
        questions={draft.files ?? []}
        atFault={filePlace === undefined ? null : Number(filePlace)}
        set={(files) => change({ files })}
      />
      <Group justify="flex-end">
        <Refusal
          error={save.error}
          sentence={t(isConflict ? "survey-changed" : isFault ? "survey-fault" : "survey-refused")}
        />
        {save.isSuccess && !save.isPending && (
          <Text size="sm" className="quiet" role="status">
            {t("saved-version", { number: save.data.version ?? 1 })}
          </Text>
        )}
        <Button loading={save.isPending} onClick={() => save.mutate()}>
          {t("save")}
        </Button>
      </Group>
    </Stack>
  );
}

const readField = (error: unknown) => (error instanceof ApiError ? (error.field ?? "") : "");

/** An intro that says nothing is none, and nor is an empty list. */
function dropEmpty({
  intro,
  thanks,
  files = [],
  saleTypeIds = [],
  ...wording
}: SurveyWording): SurveyWording {
  const says = (text: SurveyWording["intro"]) => Object.values(text ?? {}).some(Boolean);
  return {
    ...wording,
    ...(intro && says(intro) ? { intro } : {}),
    ...(thanks && says(thanks) ? { thanks } : {}),
    ...(files.length > 0 ? { files } : {}),
    ...(saleTypeIds.length > 0 ? { saleTypeIds } : {}),
  };
}

type AddQuestionProps = { isFull: boolean; add: (question: DraftQuestion) => void };

/** A question of one's own, or one that another survey asks already. */
function AddQuestion({ isFull, add }: AddQuestionProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const known = (useSurveys().data ?? []).flatMap(({ questions }) => questions);
  const picked = new Map(
    known.map((question) => [
      `${question.kind} ${chooseWords(question.label, language)}`,
      question,
    ]),
  );
  return (
    <Group gap="sm">
      {KINDS.map((kind) => (
        <Button
          key={kind}
          variant="default"
          leftSection={<IconPlus size={16} />}
          disabled={isFull}
          onClick={() => add(newQuestion(kind))}
        >
          {t(`kind-${kind}`)}
        </Button>
      ))}
      {picked.size > 0 && (
        <Select
          aria-label={t("pick-question")}
          placeholder={t("pick-question")}
          data={[...picked].map(([value, { label }]) => ({
            value,
            label: chooseWords(label, language),
          }))}
          value={null}
          onChange={(value) => {
            const question = picked.get(value ?? "");
            if (!question) return;
            const { onlyAfter: _onlyAfter, ...copy } = question;
            add({ ...copy, id: crypto.randomUUID() });
          }}
          searchable
          disabled={isFull}
          w={{ base: "100%", xs: 280 }}
        />
      )}
    </Group>
  );
}
