import { Checkbox, Group, NativeSelect, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { isWholeHours, readHours, writeHours } from "../../../shell/weekly-hours.ts";
import { WeeklyHoursInput } from "../../../shell/weekly-hours-input.tsx";
import type { PageContent } from "../schema.ts";
import { FieldFrame } from "./field-frame.tsx";
import { useTexts } from "./texts.ts";
import { WhenMarks, WhenSurvey } from "./when-marks.tsx";

type When = PageContent["when"];
type WhenFieldProps = {
  id: string;
  value: When;
  onChange: (value: When) => void;
  readOnly: boolean;
};

const GUESTS = ["any", "first-visit", "returning"] as const;
const STRETCHES_MAX = 10;

/** Whom and when the page is for. What is asked for here has to fit altogether. */
export function WhenField({ id, value, onChange, readOnly }: WhenFieldProps) {
  const t = useTexts();
  const set = (part: Part) => onChange(withoutNothing({ ...value, ...part }) as When);
  return (
    <fieldset className="page-when" disabled={readOnly}>
      <Text component="legend" size="sm" fw={650}>
        {t("when")}
      </Text>
      <Stack gap="sm">
        <FieldFrame label={t("when-guests")} inputId={id}>
          <NativeSelect
            id={id}
            value={value.guests}
            onChange={({ currentTarget }) =>
              set({ guests: GUESTS.find((each) => each === currentTarget.value) ?? "any" })
            }
            data={GUESTS.map((each) => ({ value: each, label: t(`guests-${each}`) }))}
          />
        </FieldFrame>
        {(value.guests !== "first-visit" || asksVisits(value)) && (
          <VisitRange value={value} set={set} />
        )}
        <WhenMarks {...{ value, set, readOnly }} />
        <WhenSurvey {...{ value, set, readOnly }} />
        <Checkbox
          label={t("when-birthday")}
          checked={value.birthday === true}
          onChange={({ currentTarget }) => set({ birthday: currentTarget.checked || undefined })}
        />
        <Dates value={value} set={set} />
        <Hours value={value} set={set} />
      </Stack>
    </fieldset>
  );
}

/** What is asked for is shown, also where it fits nobody any more. */
const asksVisits = ({ visitNumberMin, visitNumberMax }: When) =>
  visitNumberMin !== undefined || visitNumberMax !== undefined;

/** What changes of it; undefined asks nothing any more. */
type Part = { [Key in keyof When]?: When[Key] | undefined };
type PartProps = { value: When; set: (part: Part) => void };

function VisitRange({ value, set }: PartProps) {
  const t = useTexts();
  const read = (typed: string | number) => (typed === "" ? undefined : Number(typed));
  return (
    <Group grow gap="xs" align="flex-end">
      <NumberInput
        label={t("visit-from")}
        min={1}
        allowDecimal={false}
        value={value.visitNumberMin ?? ""}
        onChange={(typed) => set({ visitNumberMin: read(typed) })}
      />
      <NumberInput
        label={t("visit-to")}
        min={1}
        allowDecimal={false}
        value={value.visitNumberMax ?? ""}
        onChange={(typed) => set({ visitNumberMax: read(typed) })}
      />
    </Group>
  );
}

function Dates({ value, set }: PartProps) {
  const t = useTexts();
  const { from = "", to = "" } = value.dates ?? {};
  const put = (dates: { from: string; to: string }) => {
    const said = withoutNothing({ from: dates.from || undefined, to: dates.to || undefined });
    set({ dates: Object.keys(said).length > 0 ? said : undefined });
  };
  return (
    <Group grow gap="xs">
      <TextInput
        type="date"
        label={t("date-from")}
        value={from}
        onChange={({ currentTarget }) => put({ from: currentTarget.value, to })}
      />
      <TextInput
        type="date"
        label={t("date-to")}
        value={to}
        onChange={({ currentTarget }) => put({ from, to: currentTarget.value })}
      />
    </Group>
  );
}

/** Hours as they are typed; what is not whole yet is not told on. */
function Hours({ value, set }: PartProps) {
  const t = useTexts();
  const [hours, setHours] = useState(() => readHours(value.hours ?? []));
  return (
    <FieldFrame label={t("when-hours")}>
      <WeeklyHoursInput
        hours={hours}
        set={(next) => {
          setHours(next);
          const whole = writeHours(next.filter(isWholeHours));
          set({ hours: whole.length > 0 ? whole : undefined });
        }}
        max={STRETCHES_MAX}
        isFaulty={(each) => !isWholeHours(each)}
      />
    </FieldFrame>
  );
}

function withoutNothing<T extends object>(
  value: T,
): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  const said = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(said) as { [Key in keyof T]: Exclude<T[Key], undefined> };
}
