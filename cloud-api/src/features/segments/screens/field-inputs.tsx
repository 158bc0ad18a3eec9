import { Group, NumberInput, TagsInput, Text, TextInput } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { useLanguage } from "../../../shell/language.tsx";
import { CHOICES_MAX } from "../rules.ts";
import type { FieldCondition, FieldTest } from "../schema.ts";
import { Amount, Choice, Several } from "./choice.tsx";
import { FIELDS, listFieldChoices, sayFieldName } from "./field-sentences.ts";
import {
  beginTest,
  countDays,
  listWords,
  type Word,
  withDays,
  wordOf,
  writeDayOfYear,
} from "./field-tests.ts";
import { type Choices, useWords } from "./replies.ts";
import { listMonths } from "./sentences.ts";
import { useTexts } from "./texts.ts";

type FieldInputsProps = {
  condition: FieldCondition;
  choices: Choices;
  change: (condition: FieldCondition) => void;
};

/** A detail of the customer, or a field of the company's own, and what is asked of it. */
export function FieldInputs({ condition, choices, change }: FieldInputsProps) {
  const t = useTexts();
  const said = useWords(choices);
  const { field, test } = condition;
  const own = choices.fields.filter(({ archivedAt }) => archivedAt === null).map(({ key }) => key);
  const known = [...FIELDS, ...own];
  const fields = known.includes(field) ? known : [...known, field];
  const words = listWords(field, choices.fields);
  const chosen = wordOf(test);
  const word = words.find((each) => each === chosen) ?? words[0] ?? "known";
  const setField = (name: string) => {
    const next = listWords(name, choices.fields);
    // What was chosen of one field is no choice of another.
    const keeps = chosen !== null && next.includes(chosen) && !listFieldChoices(name, said);
    change({ ...condition, field: name, test: keeps ? test : beginTest(next[0] ?? "known") });
  };
  return (
    <>
      <Choice
        label={t("field")}
        value={field}
        options={fields.map((each) => ({ value: each, label: sayFieldName(each, said) }))}
        choose={setField}
        width={190}
      />
      <Choice
        label={t("test")}
        value={word}
        options={words.map((each) => ({ value: each, label: t(`test-${each}`) }))}
        choose={(is) => change({ ...condition, test: beginTest(is) })}
        width={210}
      />
      <TestInputs
        {...{ test, word }}
        options={listFieldChoices(field, said)}
        change={(changed) => change({ ...condition, test: changed })}
      />
    </>
  );
}

type TestInputsProps = {
  test: FieldTest;
  word: Word;
  options: { value: string; label: string }[] | null;
  change: (test: FieldTest) => void;
};

function TestInputs({ test, word, options, change }: TestInputsProps) {
  const t = useTexts();
  const { language } = useLanguage();
  switch (test.is) {
    case "known":
    case "unknown":
      return null;
    case "one-of":
    case "has":
      return <ValueInputs {...{ test, options, change }} />;
    case "begins":
    case "contains":
      return (
        <TextInput
          aria-label={t("values")}
          value={test.text}
          onChange={(event) => change({ ...test, text: event.currentTarget.value })}
          maxLength={100}
          w={{ base: "100%", xs: 180 }}
        />
      );
    case "at-least":
    case "at-most":
      return (
        <NumberInput
          aria-label={t("number")}
          size="sm"
          value={test.number}
          onChange={(typed) => typeof typed === "number" && change({ ...test, number: typed })}
          {...{ min: -1e9, max: 1e9, decimalScale: 4 }}
          w={120}
        />
      );
    case "in-months":
      return (
        <Several
          label={t("months")}
          placeholder={t("choose")}
          values={test.months.map(String)}
          options={listMonths(language)}
          choose={(months) => change({ ...test, months: months.map(Number) })}
        />
      );
    case "in-next-days":
      return <DaysInput days={test.days} min={0} change={(days) => change({ ...test, days })} />;
    case "from-today":
      return (
        <DaysInput days={countDays(test)} min={1} change={(days) => change(withDays(word, days))} />
      );
    case "on-days":
      return <DaysOfYearInputs {...{ test, word, change }} />;
    case "dated":
      return (
        <DatePickerInput
          type="range"
          allowSingleDateInRange
          size="sm"
          aria-label={t("days")}
          placeholder={t("days-any")}
          value={[test.from, test.to]}
          onChange={([from, to]) => change({ is: "dated", from, to })}
          valueFormat="D MMM YYYY"
          clearable
          w={{ base: "100%", xs: 240 }}
        />
      );
  }
}

type ValueInputsProps = Pick<TestInputsProps, "options" | "change"> & {
  test: Extract<FieldTest, { is: "one-of" | "has" }>;
};

/** Of a field with choices its words; one that was taken out of them stands by its value. */
function ValueInputs({ test, options, change }: ValueInputsProps) {
  const t = useTexts();
  if (options === null)
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
  const gone = test.values.filter((value) => !options.some((each) => each.value === value));
  return (
    <Several
      label={t("values")}
      placeholder={t("choose")}
      values={test.values}
      options={[...options, ...gone.map((value) => ({ value, label: value }))]}
      choose={(values) => change({ ...test, values })}
    />
  );
}

function DaysInput(props: { days: number; min: number; change: (days: number) => void }) {
  const t = useTexts();
  const max = props.min === 0 ? 366 : 36_499;
  return (
    <>
      <Amount
        label={t("number")}
        value={props.days}
        {...{ min: props.min, max }}
        choose={props.change}
      />
      <Text size="sm">{t("unit-day")}</Text>
    </>
  );
}

type DaysOfYearProps = Pick<TestInputsProps, "word" | "change"> & {
  test: Extract<FieldTest, { is: "on-days" }>;
};

/** One day of the year, or from one to another. */
function DaysOfYearInputs({ test, word, change }: DaysOfYearProps) {
  const t = useTexts();
  if (word === "on-day")
    return (
      <DayOfYear
        label={t("day")}
        value={test.from}
        change={(day) => change({ ...test, from: day, to: day })}
      />
    );
  return (
    <>
      <DayOfYear
        label={t("first-day")}
        value={test.from}
        change={(from) => change({ ...test, from })}
      />
      <Text size="sm">{t("up-to-day")}</Text>
      <DayOfYear label={t("last-day")} value={test.to} change={(to) => change({ ...test, to })} />
    </>
  );
}

type DayOfYearProps = { label: string; value: string; change: (day: string) => void };

function DayOfYear({ label, value, change }: DayOfYearProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const [month = 1, day = 1] = value.split("-").map(Number);
  return (
    <Group gap={6} wrap="nowrap">
      <Amount
        label={label}
        value={day}
        {...{ min: 1, max: 31 }}
        choose={(chosen) => change(writeDayOfYear({ month, day: chosen }))}
      />
      <Choice
        label={`${label}: ${t("month")}`}
        value={String(month)}
        options={listMonths(language)}
        choose={(chosen) => change(writeDayOfYear({ month: Number(chosen), day }))}
        width={130}
      />
    </Group>
  );
}
