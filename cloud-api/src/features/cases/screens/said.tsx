import { Text } from "@mantine/core";
import { useBranchChoices } from "../../../shell/branches.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { Case } from "./replies.ts";
import { useTexts } from "./texts.ts";

type Given = NonNullable<Case["answer"]>["given"][number];

/** The words in the reader's language, else in any that has some; null: it has none. */
export function useWords() {
  const { language } = useLanguage();
  return (text: Given["label"]): string | null => {
    const words = text ? [text[language], text.vi, text.en, text.fa] : [];
    return words.find((each) => each !== undefined && each.trim() !== "") ?? null;
  };
}

/** Where an answer was given and what kind of sale it is about, as far as that is known. */
export function useWhere() {
  const words = useWords();
  const names = new Map(useBranchChoices().map(({ id, name }) => [id, name]));
  return ({ branchId, answer }: Pick<Case, "branchId" | "answer">): string =>
    [names.get(branchId), answer?.place, answer && words(answer.saleType)]
      .filter(Boolean)
      .join(" · ");
}

/** What was given to one question, in words. */
export function useSaid() {
  const t = useTexts();
  const words = useWords();
  const format = useFormat();
  return ({ rating, scale, date, chosen, text }: Given): string => {
    if (text !== null) return text;
    if (date !== null) return format.day(date);
    if (scale !== null) return t("of-ten", { number: scale });
    if (rating !== null) return t("stars", { count: rating });
    return chosen.map(({ id, label }) => words(label) ?? id).join(", ");
  };
}

/** Each question with its answer. */
export function WholeAnswer({ given }: { given: readonly Given[] }) {
  const words = useWords();
  const said = useSaid();
  return given.map((each) => (
    <div key={each.questionId} className="field-line" style={{ padding: "8px 0" }}>
      <Text size="xs" className="quiet">
        {words(each.label) ?? each.questionId}
      </Text>
      <Text size="sm" className="any-length" style={{ whiteSpace: "pre-line" }}>
        {said(each)}
      </Text>
    </div>
  ));
}
