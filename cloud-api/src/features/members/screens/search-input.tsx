import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useTexts } from "./texts.ts";

const WAIT_MS = 250;

/** What a list says beside its rows: a number that finds somebody is theirs, so not all search. */
export type Searchable = { maySearch: boolean };

/** Narrows a list as somebody types; what they typed stands in the address. */
export function SearchInput() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const [typed, setTyped] = useState(parameters.get("search") ?? "");
  const search = useDebouncedCallback((text: string) => change({ search: text || null }), WAIT_MS);
  const type = (text: string) => {
    setTyped(text);
    search(text.trim());
  };
  return (
    <TextInput
      aria-label={t("search")}
      placeholder={t("search")}
      leftSection={<IconSearch size={16} />}
      rightSection={typed && <CloseButton aria-label={t("clear")} onClick={() => type("")} />}
      value={typed}
      maxLength={200}
      onChange={(event) => type(event.currentTarget.value)}
      w={{ base: "100%", xs: 280 }}
    />
  );
}
