import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, withQuery } from "../../../shell/api.ts";
import { useTexts } from "./texts.ts";

type Found = { id: string; name: string | null; phone: string | null };
const OFFERED_MAX = "12";
const SETTLED_MS = 250;

type CustomerChoiceProps = { chosen: string | null; choose: (id: string | null) => void };

/** A real customer, found by name or number. */
export function CustomerChoice({ chosen, choose }: CustomerChoiceProps) {
  const t = useTexts();
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), SETTLED_MS);
  const { data } = useQuery({
    queryKey: ["customers", "of-pages", search],
    queryFn: ({ signal }) =>
      api.get<{ customers: Found[] }>(
        withQuery("/customers", { search, limit: OFFERED_MAX }),
        signal,
      ),
    placeholderData: (before) => before,
    retry: false,
  });
  return (
    <Select
      label={t("try-customer")}
      description={t("try-customer-hint")}
      data={(data?.customers ?? []).map(({ id, name, phone }) => ({
        value: id,
        label: [name, phone].filter(Boolean).join(" · ") || id,
      }))}
      value={chosen}
      onChange={choose}
      searchValue={typed}
      onSearchChange={setTyped}
      // The API has searched already, by words and digits.
      filter={({ options }) => options}
      searchable
      clearable
    />
  );
}
