import { TagsInput, TextInput } from "@mantine/core";
import { useLanguage } from "../../../shell/language.tsx";
import { CHOICES_MAX } from "../rules.ts";
import type { Condition, FieldTest } from "../schema.ts";
import { Amount, Choice, Several } from "./choice.tsx";
import { listMonths, sayFieldName } from "./sentences.ts";
import { useTexts } from "./texts.ts";

type Field = Extract<Condition, { kind: "field" }>;
type FieldInputsProps = { condition: Field; change: (condition: Field) => void };

const FIELDS = ["name", "phone", "email", "birthday", "language"];
const OF_TEXTS = ["known", "unknown", "one-of", "begins"] as const;
const OF_DAYS = ["in-next-days", "in-months", "known", "unknown"] as const;
type Word = (typeof OF_TEXTS)[number] | (typeof OF_DAYS)[number];

function beginTest(is: Word): FieldTest {
  if (is === "one-of") return { is, values: [] };
  if (is === "begins") return { is, text: "" };
  if (is === "in-months") return { is, months: [] };
  return is === "in-next-days" ? { is, days: 7 } : { is };
}

/** A detail the customer told, and what is asked of it. */
export function FieldInputs({ condition, change }: FieldInputsProps) {
  const t = useTexts();
  const { field, test } = condition;
  const fields = FIELDS.includes(field) ? FIELDS : [...FIELDS, field];
  const wordsOf = (name: string): readonly Word[] => (name === "birthday" ? OF_DAYS : OF_TEXTS);
  const words = wordsOf(field);
  const word = words.find((each) => each === test.is) ?? words[0] ?? "known";
  const setField = (name: string) => {
    const keeps = wordsOf(name).some((each) => each === test.is);
    change({
      ...condition,
      field: name,
      test: keeps ? test : beginTest(wordsOf(name)[0] ?? "known"),
    });
  };
  return (
    <>
      <Choice
        label={t("field")}
        value={field}
        options={fields.map((each) => ({ value: each, label: sayFieldName(each, t) }))}
        choose={setField}
      />
      <Choice
        label={t("test")}
        value={word}
        options={words.map((each) => ({ value: each, label: t(`test-${each}`) }))}
        choose={(is) => change({ ...condition, test: beginTest(is) })}
        width={190}
      />
      <TestInputs test={test} change={(changed) => change({ ...condition, test: changed })} />
    </>
  );
}

type TestInputsProps = { test: FieldTest; change: (test: FieldTest) => void };

function TestInputs({ test, change }: TestInputsProps) {
  const t = useTexts();
  const { language } = useLanguage();
  if (test.is === "one-of")
    return (
      <TagsInput
        aria-label={t("values")}
        placeholder={test.values.length === 0 ? t("values-add") : ""}
        value={test.values}
        onChange={(values) => change({ ...test, values })}
        maxTags={CHOICES_MAX}
        miw={{ base: "100%", xs: 200 }}
      />
    );
  if (test.is === "begins")
    return (
      <TextInput
        aria-label={t("values")}
        value={test.text}
        onChange={(event) => change({ ...test, text: event.currentTarget.value })}
        maxLength={100}
        w={{ base: "100%", xs: 180 }}
      />
    );
  if (test.is === "in-months")
    return (
      <Several
        label={t("months")}
        placeholder={t("choose")}
        values={test.months.map(String)}
        options={listMonths(language)}
        choose={(months) => change({ ...test, months: months.map(Number) })}
      />
    );
  if (test.is !== "in-next-days") return null;
  return (
    <>
      <Amount
        label={t("number")}
        value={test.days}
        min={0}
        max={366}
        choose={(days) => change({ ...test, days })}
      />
      {t("unit-day")}
    </>
  );
}
