import {
  ActionIcon,
  Badge,
  Box,
  Button,
  Checkbox,
  Group,
  Select,
  Stack,
  Text,
} from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useLanguage } from "../../../shell/language.tsx";
import { Section } from "../../../shell/page.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { chooseWords } from "../rules.ts";
import type { SurveyWording } from "../schema.ts";
import { LocalInputs } from "./local-inputs.tsx";
import { useTexts } from "./texts.ts";

type FileQuestion = NonNullable<SurveyWording["files"]>[number];
type FileQuestionsProps = {
  questions: readonly FileQuestion[];
  /** The place of the one that cannot be asked as it stands; null: all can. */
  atFault: number | null;
  set: (questions: FileQuestion[]) => void;
};

const QUESTIONS_MAX = 3;
const NUMBERS = [1, 2, 3, 4, 5];
const MEGABYTES = [2, 5, 10, 16];

const newQuestion = (): FileQuestion => ({
  ...{ id: crypto.randomUUID(), label: {}, takesPdf: false, filesMax: 3, megabytesMax: 10 },
});

/** What is asked for once the questions are answered: pictures and other files. */
export function FileQuestions({ questions, atFault, set }: FileQuestionsProps) {
  const t = useTexts();
  return (
    <Section title={t("files")} hint={t("files-hint")}>
      <Stack gap="sm">
        {questions.map((question, index) => (
          <FileQuestionCard
            key={question.id}
            question={question}
            number={index + 1}
            isAtFault={atFault === index}
            change={(changed) =>
              set(questions.map((each) => (each.id === changed.id ? changed : each)))
            }
            remove={() => set(questions.filter(({ id }) => id !== question.id))}
          />
        ))}
        <div>
          <Button
            variant="default"
            leftSection={<IconPlus size={16} />}
            disabled={questions.length >= QUESTIONS_MAX}
            onClick={() => set([...questions, newQuestion()])}
          >
            {t("kind-file")}
          </Button>
        </div>
      </Stack>
    </Section>
  );
}

type CardProps = {
  question: FileQuestion;
  number: number;
  isAtFault: boolean;
  change: (question: FileQuestion) => void;
  remove: () => void;
};

function FileQuestionCard({ question, number, isAtFault, change, remove }: CardProps) {
  const t = useTexts();
  const format = useFormat();
  const { language } = useLanguage();
  const { label, filesMax, megabytesMax, takesPdf } = question;
  const sizes = MEGABYTES.includes(megabytesMax) ? MEGABYTES : [megabytesMax, ...MEGABYTES];
  const choices = (values: readonly number[], say: (value: string) => string) =>
    values.map((value) => ({ value: String(value), label: say(format.count(value)) }));
  return (
    <Box
      component="section"
      className="field-line"
      pb="sm"
      aria-label={chooseWords(label, language) || t("file-question-number", { number })}
    >
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap">
          <Badge variant="light" color="gray" tt="none">
            {t("kind-file")}
          </Badge>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("file-question-remove", { number })}
            onClick={remove}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
        <LocalInputs
          label={t("question")}
          text={label}
          set={(words) => change({ ...question, label: words })}
        />
        <Group gap="md" align="flex-end">
          <Select
            label={t("files-max")}
            data={choices(NUMBERS, (value) => value)}
            value={String(filesMax)}
            onChange={(value) => value && change({ ...question, filesMax: Number(value) })}
            allowDeselect={false}
            w={140}
          />
          <Select
            label={t("megabytes-max")}
            data={choices(sizes, (value) => `${value} MB`)}
            value={String(megabytesMax)}
            onChange={(value) => value && change({ ...question, megabytesMax: Number(value) })}
            allowDeselect={false}
            w={140}
          />
          <Checkbox
            label={t("takes-pdf")}
            mb={8}
            checked={takesPdf}
            onChange={(event) => change({ ...question, takesPdf: event.currentTarget.checked })}
          />
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
