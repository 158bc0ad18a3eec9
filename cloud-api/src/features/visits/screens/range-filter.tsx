import { DatePickerInput } from "@mantine/dates";
import { IconCalendar } from "@tabler/icons-react";
import { useNow } from "../../../shell/clock.ts";
import { readDay } from "../../../shell/format.ts";
import { listRanges } from "./filters.ts";
import { useTexts } from "./texts.ts";

/** Days of the branch's calendar, both included; null is no limit. */
export type Days = { from: string | null; to: string | null };

type RangeFilterProps = { days: Days; choose: (days: Days) => void; timeZone: string | undefined };

export function RangeFilter({ days, choose, timeZone }: RangeFilterProps) {
  const t = useTexts();
  const now = useNow();
  const ranges = listRanges(readDay(now, timeZone));
  const preset = (name: keyof typeof ranges) => ({
    value: [ranges[name].from, ranges[name].to] as [string, string],
    label: t(`range-${name}`),
  });
  return (
    <DatePickerInput
      type="range"
      allowSingleDateInRange
      aria-label={t("range")}
      placeholder={t("range-any")}
      leftSection={<IconCalendar size={16} />}
      value={[days.from, days.to]}
      onChange={([from, to]) => choose({ from, to })}
      valueFormat="D MMM YYYY"
      presets={[preset("today"), preset("yesterday"), preset("week"), preset("month")]}
      maxDate={ranges.today.to}
      clearable
      w={{ base: "100%", xs: 280 }}
      classNames={{ datePickerRoot: "day-ranges", presetsList: "day-ranges-list" }}
    />
  );
}
