import { Select } from "@mantine/core";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useSegments } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Narrows the list of customers to a segment. Hidden where there is none. */
export function SegmentFilter() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const segments = useSegments().data ?? [];
  if (segments.length === 0) return null;
  return (
    <Select
      aria-label={t("filter")}
      placeholder={t("every-segment")}
      data={segments.map(({ id, name }) => ({ value: id, label: name }))}
      value={parameters.get("segmentId")}
      onChange={(segmentId) => change({ segmentId })}
      clearable
      searchable={segments.length > 8}
      w={{ base: "100%", xs: 190 }}
    />
  );
}
