import { Group, Input, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useLanguage } from "../../../shell/language.tsx";
import { useTexts } from "./texts.ts";

type Parts = { year: string; month: string; day: string };

function readParts(value: string): Parts {
  const [, year = "", month = "", day = ""] = /^(\d{4}|-)-(\d\d)-(\d\d)$/.exec(value) ?? [];
  return { year: year === "-" ? "" : year, month, day };
}

/** "" for no birthday; what is half told is written so that the API says it is none. */
function writeParts({ year, month, day }: Parts): string {
  if (!year && !month && !day) return "";
  return `${year || "-"}-${month || "?"}-${day ? day.padStart(2, "0") : "?"}`;
}

type BirthdayInputProps = {
  label: string;
  value: string;
  error: string | false;
  onChange: (value: string) => void;
};

/** A day, a month, and a year that may be left to themselves. */
export function BirthdayInput({ label, value, error, onChange }: BirthdayInputProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const [parts, setParts] = useState(() => readParts(value));
  const months = Array.from({ length: 12 }, (_, index) => ({
    value: String(index + 1).padStart(2, "0"),
    label: new Intl.DateTimeFormat(language, { month: "long", timeZone: "UTC" }).format(
      new Date(Date.UTC(2000, index, 1)),
    ),
  }));
  const set = (change: Partial<Parts>) => {
    const next = { ...parts, ...change };
    setParts(next);
    onChange(writeParts(next));
  };
  const digits = (text: string) => text.replaceAll(/\D/g, "");
  return (
    <Input.Wrapper label={label} error={error} labelElement="div">
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <TextInput
          aria-label={t("birthday-day")}
          placeholder={t("birthday-day")}
          inputMode="numeric"
          maxLength={2}
          w={76}
          value={parts.day}
          error={Boolean(error)}
          onChange={(event) => set({ day: digits(event.currentTarget.value) })}
        />
        <Select
          aria-label={t("birthday-month")}
          placeholder={t("birthday-month")}
          data={months}
          value={parts.month || null}
          error={Boolean(error)}
          onChange={(month) => set({ month: month ?? "" })}
          clearable
          flex={1}
        />
        <TextInput
          aria-label={t("birthday-year")}
          placeholder={t("birthday-year")}
          inputMode="numeric"
          maxLength={4}
          w={92}
          value={parts.year}
          error={Boolean(error)}
          onChange={(event) => set({ year: digits(event.currentTarget.value) })}
        />
      </Group>
    </Input.Wrapper>
  );
}
