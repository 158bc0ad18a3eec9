import { CloseButton, Group, Select, TextInput } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconCalendar, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { Panels } from "../../../shell/panels.tsx";
import { OnePlaceFilter } from "../../../shell/place-filter.tsx";
import type { Satisfaction } from "../rules.ts";
import { SATISFACTIONS } from "./filters.ts";
import type { Filters } from "./replies.ts";
import { SaleTypeFilter } from "./sale-type-select.tsx";
import { useTexts } from "./texts.ts";

const TYPING_PAUSE_MS = 300;

type FilterRowProps = { filters: Filters; choose: (change: Partial<Filters>) => void };

export function FilterRow({ filters, choose }: FilterRowProps) {
  const t = useTexts();
  const [typed, setTyped] = useState(filters.search ?? "");
  const search = useDebouncedCallback(
    (text: string) => choose({ search: text.trim() || null }),
    TYPING_PAUSE_MS,
  );
  const type = (text: string) => {
    setTyped(text);
    search(text);
  };
  return (
    <Group gap="sm">
      <OnePlaceFilter
        branchId={filters.branchId}
        brandId={filters.brandId}
        branchKind={filters.branchKind}
        choose={choose}
      />
      <DatePickerInput
        type="range"
        allowSingleDateInRange
        aria-label={t("range")}
        placeholder={t("range-any")}
        leftSection={<IconCalendar size={16} />}
        value={[filters.from, filters.to]}
        onChange={([from, to]) => choose({ from, to })}
        valueFormat="D MMM YYYY"
        clearable
        w={{ base: "100%", xs: 250 }}
      />
      <Select
        aria-label={t("satisfaction")}
        data={[
          { value: "", label: t("satisfaction-any") },
          ...SATISFACTIONS.map((value) => ({ value, label: t(value) })),
        ]}
        value={filters.satisfaction ?? ""}
        onChange={(value) => choose({ satisfaction: (value || null) as Satisfaction | null })}
        allowDeselect={false}
        w={{ base: "100%", xs: 180 }}
      />
      <SaleTypeFilter value={filters.saleTypeId} choose={(saleTypeId) => choose({ saleTypeId })} />
      <Panels place="narrowing" />
      <TextInput
        type="search"
        aria-label={t("search-texts")}
        placeholder={t("search-texts")}
        leftSection={<IconSearch size={16} />}
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
        rightSection={
          typed && <CloseButton aria-label={t("search-clear")} onClick={() => type("")} />
        }
        w={{ base: "100%", xs: 220 }}
      />
    </Group>
  );
}
