import { ActionIcon, Badge, Box, Checkbox, Group, Select, Stack, Text } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconTrash } from "@tabler/icons-react";
import { useLanguage } from "../../../shell/language.tsx";
import { chooseWords } from "../rules.ts";
import type { SurveyWording } from "../schema.ts";
import { depthOf, moveQuestion } from "./draft-questions.ts";
import { FollowInputs } from "./follow-inputs.tsx";
import { LocalInputs } from "./local-inputs.tsx";
import { OptionInputs } from "./option-inputs.tsx";
import { useRules } from "./replies.ts";
import { useTexts } from "./texts.ts";

export type DraftQuestion = SurveyWording["questions"][number];

export type QuestionCardProps = {
  questions: readonly DraftQuestion[];
  index: number;
  question: DraftQuestion;
  isAtFault: boolean;
  change: (question: DraftQuestion) => void;
  move: (by: -1 | 1) => void;
  remove: () => void;
};

/** One question: its words, its answers, and of whom it is asked. A follow-up stands further in. */
export function QuestionCard(props: QuestionCardProps) {
  const { questions, index, question, isAtFault, change } = props;
  const t = useTexts();
  const { language } = useLanguage();
  const depth = Math.min(depthOf(questions, question), 4);
  const title =
    chooseWords(question.label, language) || t("question-number", { number: index + 1 });
  return (
    <Box
      component="section"
      className="surface"
      aria-label={title}
      p="md"
      ml={{ base: depth * 8, sm: depth * 28 }}
      style={isAtFault ? { borderColor: "var(--mantine-color-red-6)" } : {}}
    >
      <Stack gap="sm">
        <Head {...props} />
        <LocalInputs
          label={t("question")}
          text={question.label}
          set={(label) => change({ ...question, label })}
        />
        {question.kind === "choice" && <OptionInputs question={question} change={change} />}
        <FollowInputs questions={questions} index={index} question={question} change={change} />
        <Group gap="md" align="center">
          <Checkbox
            label={t("required")}
            checked={question.required}
            onChange={(event) => change({ ...question, required: event.currentTarget.checked })}
          />
          {question.kind === "rating" && <PartInput question={question} change={change} />}
        </Group>
        {isAtFault && (
          <Text size="sm" c="red" role="alert">
            {t("question-fault")}
          </Text>
        )}
      </Stack>
    </Box>
  );
}

function Head({ questions, index, question, move, remove }: QuestionCardProps) {
  const t = useTexts();
  return (
    <Group justify="space-between" wrap="nowrap">
      <Group gap="xs">
        <Text fw={600} className="figure">
          {index + 1}
        </Text>
        <Badge variant="light" color="gray" tt="none">
          {t(`kind-${question.kind}`)}
        </Badge>
      </Group>
      <Group gap={4} wrap="nowrap">
        {([-1, 1] as const).map((by) => (
          <ActionIcon
            key={by}
            variant="subtle"
            color="gray"
            aria-label={t(by < 0 ? "question-up" : "question-down", { number: index + 1 })}
            disabled={moveQuestion(questions, index, by) === null}
            onClick={() => move(by)}
          >
            {by < 0 ? <IconArrowUp size={16} /> : <IconArrowDown size={16} />}
          </ActionIcon>
        ))}
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("question-remove", { number: index + 1 })}
          disabled={questions.length === 1}
          onClick={remove}
        >
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
    </Group>
  );
}

type ChangeProps = Pick<QuestionCardProps, "question" | "change">;

/** What of the company it is about, so that this has a score of its own. */
function PartInput({ question, change }: ChangeProps) {
  const t = useTexts();
  const parts = useRules().data?.parts ?? [];
  if (parts.length === 0) return null;
  const set = (part: string | null) => {
    const { part: _part, ...rest } = question;
    change(part === null ? rest : { ...rest, part });
  };
  return (
    <Select
      aria-label={t("part")}
      placeholder={t("part")}
      data={parts.map(({ id, name }) => ({ value: id, label: name }))}
      value={question.part ?? null}
      onChange={set}
      clearable
      w={220}
    />
  );
}
