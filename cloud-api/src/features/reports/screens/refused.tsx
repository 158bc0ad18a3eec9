import { Box } from "@mantine/core";
import { ApiError } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Empty } from "../../../shell/page.tsx";
import type { ReportFilters } from "../../../shell/report-filters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { COUNTED_VISITS_MAX, NARROWED_VISITS_MAX } from "../rules.ts";
import { useTexts } from "./texts.ts";

type RefusedProps = { error: Error; filters: ReportFilters; retry: () => void };

/** Days with more visits than are counted one by one are said to be too many, and what to choose. */
export function Refused({ error, filters, retry }: RefusedProps) {
  const t = useTexts();
  const format = useFormat();
  const isTooMuch = error instanceof ApiError && error.field === "/from";
  if (!isTooMuch) return <Failure error={error} retry={retry} />;
  const hint = isNarrowed(filters)
    ? t("too-many-narrowed", { count: format.count(NARROWED_VISITS_MAX) })
    : t("too-many-hint", { count: format.count(COUNTED_VISITS_MAX) });
  return (
    <Box className="surface">
      <Empty title={t("too-many")} hint={hint} />
    </Box>
  );
}

/** Whether it is of some guests alone. */
export const isNarrowed = ({ segmentId, tagId, languages, ...how }: ReportFilters): boolean =>
  segmentId !== null ||
  tagId !== null ||
  [languages, how.devices, how.systems, how.forms, how.methods].some(({ length }) => length);
