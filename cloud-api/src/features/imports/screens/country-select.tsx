import { Select } from "@mantine/core";
import { useMemo } from "react";
import { useLanguage } from "../../../shell/language.tsx";
import { LOCALE } from "../../../shell/translate.ts";

const LETTERS = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");

type CountrySelectProps = { label: string; country: string; choose: (country: string) => void };

/** Every country by its name in the reader's language, as the browser knows it. */
export function CountrySelect({ label, country, choose }: CountrySelectProps) {
  const { language } = useLanguage();
  const choices = useMemo(() => {
    const names = new Intl.DisplayNames(LOCALE[language], { type: "region", fallback: "none" });
    const { compare } = new Intl.Collator(LOCALE[language]);
    return LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
      .flatMap((value) => {
        const name = names.of(value);
        return name === undefined ? [] : [{ value, label: name }];
      })
      .sort((one, other) => compare(one.label, other.label));
  }, [language]);
  return (
    <Select
      label={label}
      data={choices}
      value={country}
      onChange={(chosen) => chosen && choose(chosen)}
      allowDeselect={false}
      searchable
    />
  );
}
