import { MultiSelect, NativeSelect } from "@mantine/core";
import { type MarkNames, useMarkNames } from "../../../shell/marks.ts";
import type { PageContent } from "../schema.ts";
import { useEditor } from "./editor-context.ts";
import { useTexts } from "./texts.ts";

type When = PageContent["when"];
type Part = { [Key in keyof When]?: When[Key] | undefined };
type WhenMarksProps = { value: When; set: (part: Part) => void; readOnly: boolean };

const NOUNS = ["groups", "tags", "tiers"] as const;
/** As many as a page may name of each. */
const MARKS_MAX = 50;

/** Which groups, tags or tiers a guest has to have one of. Kinds that the company has none of are left out. */
export function WhenMarks({ value, set, readOnly }: WhenMarksProps) {
  const t = useTexts();
  const names = useMarkNames();
  return NOUNS.map((noun) => {
    const chosen = value[noun] ?? [];
    const choices = listChoices(names?.[noun] ?? [], chosen, t("mark-gone"));
    if (choices.length === 0) return null;
    return (
      <MultiSelect
        key={noun}
        label={t(`when-${noun}`)}
        placeholder={chosen.length === 0 ? t("when-any") : ""}
        data={choices}
        value={chosen}
        onChange={(ids) => set({ [noun]: ids.length > 0 ? ids : undefined })}
        maxValues={MARKS_MAX}
        disabled={readOnly}
        searchable
        hidePickedOptions
      />
    );
  });
}

/** What there is, and what is named and there no more: it can be taken away. */
function listChoices(there: MarkNames["groups"], chosen: readonly string[], gone: string) {
  const known = there.map(({ id, name }) => ({ value: id, label: name }));
  const lost = chosen.filter((id) => !there.some((each) => each.id === id));
  return [...known, ...lost.map((id) => ({ value: id, label: gone }))];
}

/** Whether a guest has answered a survey. */
export function WhenSurvey({ value: { survey }, set, readOnly }: WhenMarksProps) {
  const t = useTexts();
  const { surveys, language } = useEditor();
  const known = surveys.map(({ id, title }) => ({
    id,
    title: title[language] ?? Object.values(title)[0] ?? id,
  }));
  const isLost = survey && !known.some(({ id }) => id === survey.id);
  const all = isLost ? [...known, { id: survey.id, title: t("mark-gone") }] : known;
  if (all.length === 0) return null;
  const choices = all.flatMap(({ id, title }) =>
    (["answered", "unanswered"] as const).map((state) => ({
      value: `${state} ${id}`,
      label: t(`when-${state}`, { title }),
    })),
  );
  const choose = (chosen: string) => {
    const [state, id] = chosen.split(" ");
    set({ survey: id === undefined ? undefined : { id, answered: state === "answered" } });
  };
  return (
    <NativeSelect
      label={t("when-survey")}
      value={survey ? `${survey.answered ? "answered" : "unanswered"} ${survey.id}` : ""}
      onChange={({ currentTarget }) => choose(currentTarget.value)}
      data={[{ value: "", label: t("when-any") }, ...choices]}
      disabled={readOnly}
    />
  );
}
