import { Select } from "@mantine/core";
import { IconArrowsDiff } from "@tabler/icons-react";
import { useSortByName } from "../../../shell/branches.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { COMPARISONS } from "../rules.ts";
import { type Against, type Saved, useSavedList } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** What the address says that numbers are set against; nothing of it: as the report keeps it. */
export const readAgainst = (parameters: URLSearchParams): Against => ({
  compared: COMPARISONS.find((each) => each === parameters.get("compared")) ?? null,
  against: parameters.get("against"),
});

const OTHER = "saved:";

/** What a kept report is set against while it is read: other days, or another kept one of its kind. */
export function CompareChoice({ saved }: { saved: Saved }) {
  const t = useTexts();
  const sort = useSortByName();
  const { parameters, change } = useSearchParameters();
  const { compared, against } = readAgainst(parameters);
  const { data: list = [] } = useSavedList();
  const isAlike = ({ id, report, query }: Saved) =>
    id !== saved.id && report === saved.report && query.field === saved.query.field;
  const others = sort(list.filter(isAlike));
  const choices = [
    {
      group: t("against-days"),
      items: COMPARISONS.map((value) => ({ value, label: t(`compared-${value}`) })),
    },
    {
      group: t("against-saved"),
      items: others.map(({ id, name }) => ({ value: OTHER + id, label: name })),
    },
  ];
  return (
    <Select
      label={t("compared")}
      data={choices.filter(({ items }) => items.length > 0)}
      value={against ? OTHER + against : (compared ?? saved.compared)}
      onChange={(value) => {
        if (value?.startsWith(OTHER))
          change({ against: value.slice(OTHER.length), compared: null });
        else change({ against: null, compared: value === saved.compared ? null : value });
      }}
      allowDeselect={false}
      searchable={others.length > 8}
      leftSection={<IconArrowsDiff size={16} />}
      maxDropdownHeight={380}
      w={{ base: "100%", xs: 300 }}
    />
  );
}
