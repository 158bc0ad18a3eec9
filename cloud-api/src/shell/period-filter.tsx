import { Select } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { IconCalendar } from "@tabler/icons-react";
import { useShellTexts } from "./language.tsx";
import { type Days, daysOf, PERIODS, STANDARD } from "./periods.ts";
import type { ReportFilters } from "./report-filters.ts";

type Chosen = Pick<ReportFilters, "period" | "from" | "to">;
type PeriodFilterProps = {
  filters: Chosen;
  choose: (chosen: Partial<Chosen>) => void;
  days: Days;
  today: string;
};

const OWN = "own";

/** A period by its name, or days of one's own. */
export function PeriodFilter({ filters, choose, days, today }: PeriodFilterProps) {
  const t = useShellTexts();
  const isOwn = filters.period === null;
  const choices = [...PERIODS, OWN].map((value) => ({
    value,
    label: t(`period-${value as (typeof PERIODS)[number] | typeof OWN}`),
  }));
  return (
    <>
      <Select
        aria-label={t("period")}
        data={choices}
        value={filters.period ?? OWN}
        onChange={(value) => {
          const period = PERIODS.find((each) => each === value);
          if (period) choose({ period, from: null, to: null });
          else choose({ period: null, ...days });
        }}
        allowDeselect={false}
        maxDropdownHeight={380}
        leftSection={<IconCalendar size={16} />}
        w={{ base: "100%", xs: 176 }}
      />
      {isOwn && (
        <DatePickerInput
          type="range"
          allowSingleDateInRange
          aria-label={t("days")}
          value={[days.from, days.to]}
          onChange={([from, to]) => {
            // Half of a range is no period yet.
            if (from && to) choose({ period: null, from, to });
            else if (!from && !to) choose({ period: STANDARD, from: null, to: null });
          }}
          valueFormat="D MMM YYYY"
          maxDate={daysOf("today", today).to}
          w={{ base: "100%", xs: 236 }}
        />
      )}
    </>
  );
}
