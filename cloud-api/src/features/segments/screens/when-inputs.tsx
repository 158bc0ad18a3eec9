import { Text } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import type { CountRange, When } from "../schema.ts";
import { Amount, Choice, Several } from "./choice.tsx";
import type { Choices } from "./replies.ts";
import { useTexts } from "./texts.ts";

type WhenInputsProps = {
  when: When | undefined;
  choose: (when: When | undefined) => void;
  /** Some conditions are about nothing but the time. */
  isNeeded?: boolean;
};

const WHENS = ["any", "within", "before", "days"] as const;

/** When it was: counted back from now, or on the calendar. */
export function WhenInputs({ when, choose, isNeeded = false }: WhenInputsProps) {
  const t = useTexts();
  const kinds = WHENS.filter((each) => each !== "any" || !isNeeded);
  const change = (is: (typeof WHENS)[number]) => {
    if (is === "any") return choose(undefined);
    if (is === "days") return choose({ is, from: null, to: null });
    const { amount, unit } =
      when && when.is !== "days" ? when : ({ amount: 30, unit: "day" } as const);
    return choose({ is, amount, unit });
  };
  return (
    <>
      <Choice
        label={t("when")}
        value={when?.is ?? "any"}
        options={kinds.map((each) => ({ value: each, label: t(`when-${each}`) }))}
        choose={change}
        width={170}
      />
      {when && when.is !== "days" && (
        <>
          <Amount
            label={t("number")}
            value={when.amount}
            min={1}
            max={5000}
            choose={(amount) => choose({ ...when, amount })}
          />
          <Choice
            label={t("unit")}
            value={when.unit}
            options={(["day", "hour"] as const).map((unit) => ({
              ...{ value: unit, label: t(`unit-${unit}`) },
            }))}
            choose={(unit) => choose({ ...when, unit })}
            width={100}
          />
        </>
      )}
      {when?.is === "days" && (
        <DatePickerInput
          type="range"
          allowSingleDateInRange
          size="sm"
          aria-label={t("days")}
          placeholder={t("days-any")}
          value={[when.from, when.to]}
          onChange={([from, to]) => choose({ is: "days", from, to })}
          valueFormat="D MMM YYYY"
          clearable
          w={{ base: "100%", xs: 240 }}
        />
      )}
    </>
  );
}

const COUNTS = ["at-least", "at-most", "exactly", "never"] as const;
type CountWord = (typeof COUNTS)[number];

function readWord({ min, max }: CountRange): CountWord {
  if (max === 0) return "never";
  if (max === undefined) return "at-least";
  return min === max ? "exactly" : "at-most";
}

function writeCount(word: CountWord, count: number): CountRange {
  if (word === "never") return { max: 0 };
  if (word === "at-least") return { min: count };
  return word === "exactly" ? { min: count, max: count } : { max: count };
}

type CountInputsProps = { count: CountRange; choose: (count: CountRange) => void };

/** How often it was. */
export function CountInputs({ count, choose }: CountInputsProps) {
  const t = useTexts();
  const word = readWord(count);
  const number = Math.max(1, count.max ?? count.min ?? 1);
  return (
    <>
      <Choice
        label={t("count-word")}
        value={word}
        options={COUNTS.map((each) => ({ value: each, label: t(`count-${each}`) }))}
        choose={(chosen) => choose(writeCount(chosen, number))}
        width={130}
      />
      {word !== "never" && (
        <>
          <Amount
            label={t("number")}
            value={number}
            min={1}
            max={100_000}
            choose={(chosen) => choose(writeCount(word, chosen))}
          />
          <Text size="sm">{t("times")}</Text>
        </>
      )}
    </>
  );
}

type BranchInputsProps = {
  branchIds: readonly string[] | undefined;
  choices: Choices;
  choose: (branchIds: string[] | undefined) => void;
};

/** Where it was; hidden from a company with a single branch, which has no choice. */
export function BranchInputs({ branchIds, choices, choose }: BranchInputsProps) {
  const t = useTexts();
  if (choices.branch.length < 2 && !branchIds) return null;
  return (
    <Several
      label={t("branches")}
      placeholder={t("any-branch")}
      values={branchIds ?? []}
      options={choices.branch.map(({ id, name }) => ({ value: id, label: name }))}
      choose={(chosen) => choose(chosen.length > 0 ? chosen : undefined)}
    />
  );
}
