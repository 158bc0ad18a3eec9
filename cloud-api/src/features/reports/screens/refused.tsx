import { Box, Button } from "@mantine/core";
import { ApiError } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Empty } from "../../../shell/page.tsx";
import { countDays } from "../../../shell/periods.ts";
import { type ReportFilters, readFilters } from "../../../shell/report-filters.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { COUNTED_VISITS_MAX, NARROWED_VISITS_MAX, PERIOD_DAYS_MAX } from "../rules.ts";
import { useTexts } from "./texts.ts";

type RefusedProps = { error: Error; retry: () => void };

/** Why days are too many, by how much at most, and the way to the most of them that can be told. */
export function Refused({ error, retry }: RefusedProps) {
  const t = useTexts();
  const format = useFormat();
  const { parameters, change } = useSearchParameters();
  const sayBound = useBound(readFilters(parameters));
  if (!(error instanceof ApiError) || error.field !== "/from")
    return <Failure error={error} retry={retry} />;
  const { from, to } = error.instead ?? {};
  return (
    <Box className="surface" role="alert">
      <Empty
        {...sayBound}
        action={
          from &&
          to && (
            <Button onClick={() => change({ period: null, from, to })}>
              {t("show-days", { days: format.dayRange({ from, to }) })}
            </Button>
          )
        }
      />
    </Box>
  );
}

function useBound(filters: ReportFilters): { title: string; hint: string } {
  const t = useTexts();
  const { count } = useFormat();
  const { from, to } = filters;
  if (from && to && countDays({ from, to }) > PERIOD_DAYS_MAX)
    return { title: t("too-long"), hint: t("too-long-hint", { count: count(PERIOD_DAYS_MAX) }) };
  const hint = isNarrowed(filters)
    ? t("too-many-narrowed", { count: count(NARROWED_VISITS_MAX) })
    : t("too-many-hint", { count: count(COUNTED_VISITS_MAX) });
  return { title: t("too-many"), hint };
}

/** Whether it is of some guests alone. */
export const isNarrowed = ({ segmentId, tagId, languages, ...how }: ReportFilters): boolean =>
  segmentId !== null ||
  tagId !== null ||
  [languages, how.devices, how.systems, how.forms, how.methods].some(({ length }) => length);
