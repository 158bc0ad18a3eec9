import { MultiSelect, Select } from "@mantine/core";
import { useLanguage } from "../../../shell/language.tsx";
import { chooseWords, NO_SALE_TYPE } from "../rules.ts";
import { useSaleTypes } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Those that a survey is for, or all that can be chosen (absent). */
function useChoices(among?: readonly string[]) {
  const { language } = useLanguage();
  const { data = [] } = useSaleTypes();
  return data
    .filter(({ id, isOver }) => !isOver && (among?.includes(id) ?? true))
    .map(({ id, name }) => ({ value: id, label: chooseWords(name, language) }));
}

type ForSalesProps = {
  chosen: readonly string[];
  choose: (ids: string[]) => void;
  fault: string | false;
};

/** What kinds of sale a survey is asked of: all where none is chosen. Nothing where there are none. */
export function ForSales({ chosen, choose, fault }: ForSalesProps) {
  const t = useTexts();
  const choices = useChoices();
  if (choices.length === 0) return null;
  return (
    <MultiSelect
      label={t("sale-types")}
      description={t("for-sales-hint")}
      placeholder={chosen.length === 0 ? t("for-sales-all") : ""}
      data={choices}
      value={[...chosen]}
      onChange={choose}
      error={fault}
      clearable
    />
  );
}

type SaleTypeInputProps = {
  /** What its survey is for; absent: all. */
  among: readonly string[] | undefined;
  value: string | null;
  choose: (id: string | null) => void;
};

/** What kind of sale one sheet of codes is for. */
export function SaleTypeInput({ among, value, choose }: SaleTypeInputProps) {
  const t = useTexts();
  const choices = useChoices(among);
  if (choices.length === 0) return null;
  return (
    <Select
      label={t("sale-type")}
      placeholder={t("sale-type-unsaid")}
      data={choices}
      value={value}
      onChange={choose}
      clearable
      w={{ base: "100%", xs: 220 }}
    />
  );
}

type SaleTypeFilterProps = { value: string | null; choose: (id: string | null) => void };

/** Answers about one kind of sale, those about none that was said among them. */
export function SaleTypeFilter({ value, choose }: SaleTypeFilterProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const { data = [] } = useSaleTypes();
  if (data.length === 0) return null;
  return (
    <Select
      aria-label={t("sale-type")}
      data={[
        { value: "", label: t("sale-type-any") },
        ...data.map(({ id, name }) => ({ value: id, label: chooseWords(name, language) })),
        { value: NO_SALE_TYPE, label: t("sale-type-unsaid") },
      ]}
      value={value ?? ""}
      onChange={(id) => choose(id || null)}
      allowDeselect={false}
      w={{ base: "100%", xs: 180 }}
    />
  );
}
