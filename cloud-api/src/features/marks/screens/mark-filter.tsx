import { Select } from "@mantine/core";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { toChoice, useMarks } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Narrows the list of customers to a group or tag. Hidden where there are none to choose from. */
export function MarkFilter() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const groups = (useMarks("groups").data ?? []).map(toChoice);
  const tags = (useMarks("tags").data ?? []).map(toChoice);
  if (groups.length + tags.length === 0) return null;
  const choices = [
    { group: t("groups"), items: groups },
    { group: t("tags"), items: tags },
  ].filter(({ items }) => items.length > 0);
  return (
    <Select
      aria-label={t("filter")}
      placeholder={t("everybody")}
      data={choices}
      value={parameters.get("markId")}
      onChange={(markId) => change({ markId })}
      clearable
      searchable={groups.length + tags.length > 8}
      w={{ base: "100%", xs: 210 }}
    />
  );
}
