import { Group } from "@mantine/core";
import type { Condition } from "../schema.ts";
import { Choice, Several } from "./choice.tsx";
import { begin, SUBJECTS, subjectOf } from "./drafts.ts";
import { FieldInputs } from "./field-inputs.tsx";
import { LengthInputs } from "./length-inputs.tsx";
import type { Choices } from "./replies.ts";
import { ScoreInputs } from "./score-inputs.tsx";
import { useTexts } from "./texts.ts";
import { VisitInputs } from "./visit-inputs.tsx";
import { BranchInputs, CountInputs, WhenInputs } from "./when-inputs.tsx";

export type ConditionProps<Kind extends Condition["kind"] = Condition["kind"]> = {
  condition: Extract<Condition, { kind: Kind }>;
  choices: Choices;
  change: (condition: Condition) => void;
};

/** One condition as a line of words, each of which can be another. */
export function ConditionInputs({ condition, choices, change }: ConditionProps) {
  const t = useTexts();
  const subject = subjectOf(condition);
  return (
    <Group gap="xs" flex="1 1 auto" miw={0}>
      <Choice
        label={t("subject")}
        value={subject}
        options={SUBJECTS.map((each) => ({ value: each, label: t(`subject-${each}`) }))}
        choose={(chosen) => chosen !== subject && change(begin(chosen))}
        width={180}
      />
      <Rest condition={condition} choices={choices} change={change} />
    </Group>
  );
}

/** What is undefined is left out, as the API wants it. */
function trim<T extends Condition>(condition: T): T {
  const kept = Object.entries(condition).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as T;
}

function Rest({ condition, choices, change }: ConditionProps) {
  switch (condition.kind) {
    case "field":
      return <FieldInputs condition={condition} choices={choices} change={change} />;
    case "joined":
      return (
        <>
          <WhenInputs
            when={condition.when}
            choose={(when) => change(trim({ ...condition, when } as Condition))}
          />
          <BranchInputs
            branchIds={condition.branchIds}
            choices={choices}
            choose={(branchIds) => change(trim({ ...condition, branchIds } as Condition))}
          />
        </>
      );
    case "mark":
      return <MarkInputs condition={condition} choices={choices} change={change} />;
    case "visit-count":
      return (
        <>
          <CountInputs
            count={condition.count}
            choose={(count) => change({ ...condition, count })}
          />
          <WhenInputs
            when={condition.when}
            choose={(when) => change(trim({ ...condition, when } as Condition))}
          />
          <VisitInputs
            visits={condition.visits}
            choices={choices}
            choose={(visits) => change({ ...condition, visits })}
          />
        </>
      );
    case "score":
      return <ScoreInputs condition={condition} choices={choices} change={change} />;
    case "visit-length":
      return <LengthInputs condition={condition} choices={choices} change={change} />;
    case "visit-time":
      return (
        <>
          <WhenInputs
            when={condition.when}
            choose={(when) => when && change({ ...condition, when })}
            isNeeded
          />
          <VisitInputs
            visits={condition.visits}
            choices={choices}
            choose={(visits) => change({ ...condition, visits })}
          />
        </>
      );
    case "event":
      return <EventInputs condition={condition} choices={choices} change={change} />;
    case "consent":
      return <ConsentInputs condition={condition} choices={choices} change={change} />;
    case "segment":
      return <SegmentInputs condition={condition} choices={choices} change={change} />;
  }
}

const HAS = ["any", "all", "none"] as const;

function MarkInputs({ condition, choices, change }: ConditionProps<"mark">) {
  const t = useTexts();
  const { mark, ids, has } = condition;
  // Of groups and tiers a customer has one at most: all of several are nobody's.
  const words = mark === "tag" ? HAS : HAS.filter((each) => each !== "all");
  const known = choices[mark].map(({ id, name }) => ({ value: id, label: name }));
  const gone = ids.filter((id) => !known.some((each) => each.value === id));
  return (
    <>
      <Choice
        label={t("has")}
        value={has}
        options={words.map((each) => ({ value: each, label: t(`has-${each}`) }))}
        choose={(chosen) => change({ ...condition, has: chosen })}
        width={120}
      />
      <Several
        label={t("choices")}
        placeholder={t("choose")}
        values={ids}
        options={[...known, ...gone.map((id) => ({ value: id, label: t("gone") }))]}
        choose={(chosen) => change({ ...condition, ids: chosen })}
      />
    </>
  );
}

function EventInputs({ condition, choices, change }: ConditionProps<"event">) {
  const t = useTexts();
  const set = (part: object) => change(trim({ ...condition, ...part } as Condition));
  const surveys = choices.survey.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <>
      {condition.event === "survey.answered" && (
        <Choice
          label={t("survey")}
          value={condition.detail ?? ""}
          options={[{ value: "", label: t("any-survey") }, ...surveys]}
          choose={(detail) => set({ detail: detail === "" ? undefined : detail })}
          width={200}
        />
      )}
      <CountInputs count={condition.count} choose={(count) => set({ count })} />
      <WhenInputs when={condition.when} choose={(when) => set({ when })} />
      <BranchInputs
        branchIds={condition.branchIds}
        choices={choices}
        choose={(branchIds) => set({ branchIds })}
      />
    </>
  );
}

const PURPOSES = ["marketing", "profiling", "presence", "ads", "terms"] as const;
const CHANNELS = ["any", "sms", "zalo", "email"] as const;
const STATES = ["given", "withdrawn", "never"] as const;

function ConsentInputs({ condition, change }: ConditionProps<"consent">) {
  const t = useTexts();
  return (
    <>
      <Choice
        label={t("purpose")}
        value={condition.purpose}
        options={PURPOSES.map((each) => ({ value: each, label: t(`purpose-${each}`) }))}
        choose={(purpose) => change({ kind: "consent", purpose, state: condition.state })}
        width={220}
      />
      {condition.purpose === "marketing" && (
        <Choice
          label={t("channel")}
          value={condition.channel ?? "any"}
          options={CHANNELS.map((each) => ({ value: each, label: t(`channel-${each}`) }))}
          choose={(chosen) => {
            const { channel: _, ...asked } = condition;
            change(chosen === "any" ? asked : { ...asked, channel: chosen });
          }}
          width={150}
        />
      )}
      <Choice
        label={t("state")}
        value={condition.state}
        options={STATES.map((each) => ({ value: each, label: t(`state-${each}`) }))}
        choose={(state) => change({ ...condition, state })}
        width={190}
      />
    </>
  );
}

function SegmentInputs({ condition, choices, change }: ConditionProps<"segment">) {
  const t = useTexts();
  const options = choices.segment.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <>
      <Choice
        label={t("which-segment")}
        value={condition.id}
        options={options}
        choose={(id) => change({ ...condition, id })}
        width={220}
      />
      <Choice
        label={t("member")}
        value={condition.member ? "yes" : "no"}
        options={(["yes", "no"] as const).map((each) => ({
          ...{ value: each, label: t(`member-${each}`) },
        }))}
        choose={(member) => change({ ...condition, member: member === "yes" })}
        width={170}
      />
    </>
  );
}
