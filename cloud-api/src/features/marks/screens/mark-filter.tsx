import { Select } from "@mantine/core";
import { useMarkNames } from "../../../shell/marks.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { toChoice, useGroupChoices } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Narrows the list of customers to a group, tier or tag. Hidden where there are none to choose from. */
export function MarkFilter() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const groups = useGroupChoices();
  const names = useMarkNames();
  const tags = (names?.tags ?? []).map(toChoice);
  const tiers = (names?.tiers ?? []).map(toChoice);
  const count = groups.length + tags.length + tiers.length;
  if (count === 0) return null;
  const choices = [
    { group: t("groups"), items: groups },
    { group: t("tiers"), items: tiers },
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
      searchable={count > 8}
      w={{ base: "100%", xs: 210 }}
    />
  );
}
