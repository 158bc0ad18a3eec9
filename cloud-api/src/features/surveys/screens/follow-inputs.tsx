import { MultiSelect, Select, SimpleGrid } from "@mantine/core";
import { useLanguage } from "../../../shell/language.tsx";
import { chooseWords } from "../rules.ts";
import { canDecide, listDeciding } from "./draft-questions.ts";
import type { DraftQuestion } from "./question-card.tsx";
import { useTexts } from "./texts.ts";

type FollowInputsProps = {
  questions: readonly DraftQuestion[];
  index: number;
  question: DraftQuestion;
  change: (question: DraftQuestion) => void;
};

/** So many of the lowest are asked about, until staff choose others: two stars, those who warn of us. */
const USUAL: Partial<Record<DraftQuestion["kind"], number>> = { rating: 2, scale: 7 };

/** Of whom it is asked: of everybody, or after some answers to a question above, so that no loop is said. */
export function FollowInputs({ questions, index, question, change }: FollowInputsProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const above = questions.slice(0, index).filter(canDecide);
  if (above.length === 0) return null;
  const { onlyAfter } = question;
  const decides = above.find(({ id }) => id === onlyAfter?.questionId);
  const follow = (id: string | null) => {
    const { onlyAfter: _onlyAfter, ...rest } = question;
    const chosen = above.find((each) => each.id === id);
    const given = chosen ? listDeciding(chosen).slice(0, USUAL[chosen.kind] ?? 1) : [];
    change(
      id && given.length > 0 ? { ...rest, onlyAfter: { questionId: id, answers: given } } : rest,
    );
  };
  const answersOf = (each: DraftQuestion) =>
    each.kind === "choice"
      ? each.options.map(({ id, label }, place) => ({
          value: id,
          label: chooseWords(label, language) || t("option-number", { number: place + 1 }),
        }))
      : listDeciding(each).map((value) => ({
          value,
          label: each.kind === "scale" ? value : t("stars", { count: Number(value) }),
        }));
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      <Select
        label={t("asked-of")}
        data={[
          { value: "", label: t("asked-of-all") },
          ...above.map(({ id, label }) => ({
            value: id,
            label: t("asked-after", {
              question:
                chooseWords(label, language) ||
                t("question-number", { number: questions.findIndex((each) => each.id === id) + 1 }),
            }),
          })),
        ]}
        value={onlyAfter?.questionId ?? ""}
        onChange={(value) => follow(value || null)}
        allowDeselect={false}
      />
      {onlyAfter && decides && (
        <MultiSelect
          label={t("after-answers")}
          data={answersOf(decides)}
          value={onlyAfter.answers}
          onChange={(answers) =>
            answers.length > 0 && change({ ...question, onlyAfter: { ...onlyAfter, answers } })
          }
        />
      )}
    </SimpleGrid>
  );
}
