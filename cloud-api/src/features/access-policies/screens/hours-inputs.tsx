import { Stack } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { WeeklyHoursInput } from "../../../shell/weekly-hours-input.tsx";
import { type InputsProps, Part } from "./policy-inputs.tsx";
import { useTexts } from "./texts.ts";

const HOURS_MAX = 20;

/** At which hours of the week it can be had, and through which day. */
export function HoursInputs({ fields, set, faults }: InputsProps) {
  const t = useTexts();
  const { hours } = fields;
  return (
    <Part title={t("when")} hint={t("hours-hint")}>
      <Stack gap="sm">
        <WeeklyHoursInput
          hours={hours}
          set={(changed) => set({ hours: changed })}
          max={HOURS_MAX}
          isFaulty={(_hours, index) => faults[`hours-${index}`] !== undefined}
        />
        <DatePickerInput
          label={t("last-day")}
          description={t("last-day-hint")}
          placeholder={t("no-last-day")}
          value={fields.lastDay || null}
          onChange={(day) => set({ lastDay: day ?? "" })}
          valueFormat="D MMM YYYY"
          maxDate="2999-12-30"
          clearable
          w={{ base: "100%", xs: 240 }}
        />
      </Stack>
    </Part>
  );
}
