import { Button, MultiSelect, Popover, Select, Stack, Text } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, withQuery } from "../../../shell/api.ts";
import { useSortByName } from "../../../shell/branches.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { useMarkNames } from "../../../shell/marks.ts";
import { useMay } from "../../../shell/session.tsx";
import { LOCALE } from "../../../shell/translate.ts";
import type { Asked } from "../../../shell/use-report-filters.ts";
import { DEVICE_KINDS, FORMS, SYSTEMS, UNKNOWN } from "../rules.ts";
import type { LanguagesReply } from "../schema.ts";
import { useTexts } from "./texts.ts";
import { useDeviceWords } from "./use-device-words.ts";
import { METHODS } from "./ways-in.ts";

type WhoFilterProps = {
  asked: Pick<Asked, "filters" | "choose" | "query">;
  /** Of numbers of customers: how they came is not asked. */
  isOfCustomers?: boolean;
};
type Named = { id: string; name: string };

const NOBODY = {
  ...{ segmentId: null, tagId: null, languages: [] },
  ...{ devices: [], systems: [], forms: [], methods: [] },
};
/** Its lists open within it, so that a press on one is none outside. */
const WITHIN = { withinPortal: false };

/** Whose visits are counted, and how they came: by segment, tag, language, device and way in. */
export function WhoFilter({ asked, isOfCustomers = false }: WhoFilterProps) {
  const { filters, choose } = asked;
  const t = useTexts();
  const [isOpen, setOpen] = useState(false);
  const { segmentId, tagId, languages, devices, systems, forms, methods } = filters;
  const came = isOfCustomers ? [] : [...devices, ...systems, ...forms, ...methods];
  const chosen = [segmentId, tagId, ...languages, ...came];
  const count = chosen.filter((each) => each !== null).length;
  return (
    <Popover
      width={320}
      position="bottom-end"
      shadow="md"
      withArrow
      trapFocus
      opened={isOpen}
      onChange={setOpen}
    >
      <Popover.Target>
        <Button
          variant={count > 0 ? "light" : "default"}
          fw={400}
          leftSection={<IconUsers size={16} />}
          flex={{ base: "1 1 auto", xs: "none" }}
          onClick={() => setOpen(!isOpen)}
        >
          {count > 0 ? t("who-chosen", { count }) : t("who-any")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          {isOpen && <Choices {...{ asked, isOfCustomers }} />}
          <Text size="xs" className="quiet">
            {t("who-hint")}
          </Text>
          {count > 0 && (
            <Button variant="default" size="xs" onClick={() => choose(NOBODY)}>
              {t("who-clear")}
            </Button>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function Choices({ asked, isOfCustomers = false }: WhoFilterProps) {
  const t = useTexts();
  const { filters, choose } = asked;
  const { segmentId, languages } = filters;
  const [seesSegments, seesMarks] = [useMay("segments.read"), useMay("marks.read")];
  const choices = useChoices(asked, seesSegments);
  return (
    <>
      {seesSegments && (
        <Select
          label={t("who-segment")}
          placeholder={t("who-everybody")}
          data={choices.segments}
          value={segmentId}
          onChange={(value) => choose({ segmentId: value })}
          {...{ clearable: true, searchable: true, comboboxProps: WITHIN }}
        />
      )}
      {seesMarks && <TagChoice {...asked} />}
      <MultiSelect
        label={t("language")}
        placeholder={languages.length === 0 ? t("who-all") : ""}
        data={choices.languages}
        value={[...languages]}
        onChange={(values) => choose({ languages: values })}
        {...{ clearable: true, comboboxProps: WITHIN }}
      />
      {!isOfCustomers && <CameChoices {...asked} />}
    </>
  );
}

/** How they came: on which device, by which way in. */
function CameChoices({ filters, choose }: Pick<Asked, "filters" | "choose">) {
  const t = useTexts();
  const nameWord = useDeviceWords();
  const { devices, systems, forms, methods } = filters;
  return (
    <>
      <MultiSelect
        label={t("who-form")}
        placeholder={forms.length === 0 ? t("who-all") : ""}
        data={FORMS.map((form) => ({ value: form, label: nameWord("form", form) }))}
        value={[...forms]}
        onChange={(values) => choose({ forms: values })}
        {...{ clearable: true, comboboxProps: WITHIN }}
      />
      <MultiSelect
        label={t("who-system")}
        placeholder={systems.length === 0 ? t("who-all") : ""}
        data={SYSTEMS.map((system) => ({ value: system, label: nameWord("system", system) }))}
        value={[...systems]}
        onChange={(values) => choose({ systems: values })}
        {...{ clearable: true, comboboxProps: WITHIN }}
      />
      <MultiSelect
        label={t("who-device")}
        placeholder={devices.length === 0 ? t("who-all") : ""}
        data={DEVICE_KINDS.map((kind) => ({ value: kind, label: t(`device-${kind}`) }))}
        value={[...devices]}
        onChange={(values) => choose({ devices: values })}
        {...{ clearable: true, comboboxProps: WITHIN }}
      />
      <MultiSelect
        label={t("method")}
        placeholder={methods.length === 0 ? t("who-all") : ""}
        data={[
          ...METHODS.map((method) => ({ value: method, label: t(`method-${method}`) })),
          { value: UNKNOWN, label: t("unknown") },
        ]}
        value={[...methods]}
        onChange={(values) => choose({ methods: values })}
        {...{ clearable: true, comboboxProps: WITHIN }}
      />
    </>
  );
}

/** A tag, or a group with all that stand in it. */
function TagChoice({ filters, choose }: Pick<Asked, "filters" | "choose">) {
  const t = useTexts();
  const names = useMarkNames();
  const toChoices = (named: readonly Named[] = []) =>
    named.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Select
      label={t("who-tag")}
      placeholder={t("who-everybody")}
      data={[
        { group: t("who-tags"), items: toChoices(names?.tags) },
        { group: t("who-groups"), items: toChoices(names?.groups) },
      ]}
      value={filters.tagId}
      onChange={(value) => choose({ tagId: value })}
      {...{ clearable: true, searchable: true, comboboxProps: WITHIN }}
    />
  );
}

/** The segments there are, and the languages of those who came. */
function useChoices({ query }: Pick<Asked, "query">, seesSegments: boolean) {
  const t = useTexts();
  const { language } = useLanguage();
  const sort = useSortByName();
  const segments = useQuery({
    queryKey: ["segments"],
    queryFn: ({ signal }) => api.get<{ segments: Named[] }>("/segments", signal),
    enabled: seesSegments,
  });
  const { from = null, to = null, brandId = null, branchIds = null, branchKind = null } = query;
  const place = { from, to, brandId, branchIds, branchKind };
  const spoken = useQuery({
    queryKey: ["report", "languages", place],
    queryFn: ({ signal }) =>
      api.get<LanguagesReply>(withQuery("/reports/languages", place), signal),
  });
  const names = new Intl.DisplayNames(LOCALE[language], { type: "language" });
  return {
    segments: sort(segments.data?.segments ?? []).map(({ id, name }) => ({
      value: id,
      label: name,
    })),
    languages: (spoken.data?.rows ?? []).map(({ language: code }) => ({
      value: code ?? UNKNOWN,
      label: code ? (names.of(code) ?? code) : t("unknown"),
    })),
  };
}
