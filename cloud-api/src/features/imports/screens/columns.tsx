import { Anchor, Button, Checkbox, Group, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { useBranchChoices } from "../../../shell/branches.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Section } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import {
  applyChoices,
  type BuiltInField,
  type Choices,
  FIELDS,
  type Field,
  findPlanFault,
} from "../rules.ts";
import { CountrySelect } from "./country-select.tsx";
import type { Import, Plan, useSteps } from "./replies.ts";
import { useTexts } from "./texts.ts";

type ColumnsProps = { file: Import; steps: ReturnType<typeof useSteps> };

/** Which column is what, and how the file is taken: what a dry run goes by. */
export function Columns({ file, steps }: ColumnsProps) {
  const t = useTexts();
  const branches = useBranchChoices();
  const mayMakeFields = useMay("customers.fields");
  const [chosen, setChosen] = useState<Choices>({});
  const [chosenBranch, setBranch] = useState(file.plan?.branchId ?? null);
  const [country, setCountry] = useState(file.plan?.country ?? "VN");
  const [replace, setReplace] = useState(file.plan?.replace ?? false);
  const [isAsked, setAsked] = useState(false);
  const fields = useFields();
  const offered: readonly (Field | null)[] = [...fields, ...file.ownFields.map(({ key }) => key)];
  const suggested = file.suggested.map((field) => (offered.includes(field) ? field : null));
  const columns = applyChoices(suggested, chosen);
  const branchId = chosenBranch ?? branches[0]?.id ?? null;
  const fault = findPlanFault(columns) ?? (branchId === null ? "no-branch" : null);
  const check = () => {
    setAsked(true);
    if (fault !== null || branchId === null) return;
    const plan: Plan = { columns, branchId, country, replace };
    steps.check.mutate(plan);
  };
  return (
    <Section title={t("columns")} hint={t("columns-hint")}>
      <Stack gap="md">
        <ColumnTable
          file={file}
          columns={columns}
          choose={(index, field) => setChosen({ ...chosen, [index]: field })}
        />
        {mayMakeFields && (
          <Text size="sm" className="quiet">
            {t("none-of-these")}{" "}
            <Anchor
              component={Link}
              href="/customer-fields"
              target="_blank"
              size="sm"
              underline="always"
            >
              {t("make-field")}
            </Anchor>
          </Text>
        )}
        {!file.isWorkbook && <FileForm file={file} steps={steps} />}
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select
            label={t("branch")}
            data={branches.map(({ id, name }) => ({ value: id, label: name }))}
            value={branchId}
            onChange={setBranch}
            allowDeselect={false}
          />
          <CountrySelect label={t("country")} country={country} choose={setCountry} />
        </SimpleGrid>
        <Checkbox
          label={t("replace")}
          description={t("replace-hint")}
          checked={replace}
          onChange={(event) => setReplace(event.currentTarget.checked)}
        />
        <Text size="xs" className="quiet">
          {t("consent-hint")}
        </Text>
        {isAsked && fault && <Refusal error={fault} sentence={t(`plan-${fault}`)} />}
        <Refusal error={steps.check.error} />
        <Group>
          <Button
            onClick={check}
            loading={steps.check.isPending}
            variant={file.checked ? "default" : "filled"}
          >
            {t(file.checked ? "check-again" : "check")}
          </Button>
        </Group>
      </Stack>
    </Section>
  );
}

/** Groups and tags are given by a file as by hand: by whoever may give them. */
function useFields(): readonly BuiltInField[] {
  const mayGive = useMay("marks.give");
  return mayGive ? FIELDS : FIELDS.filter((field) => field !== "group" && field !== "tags");
}

type ColumnTableProps = {
  file: Import;
  columns: readonly (Field | null)[];
  choose: (index: number, field: Field | null) => void;
};

function ColumnTable({ file, columns, choose }: ColumnTableProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const builtIn = useFields();
  const everyField = builtIn.map((field) => ({
    value: field as string,
    label: t(`field-${field}`),
  }));
  const own = file.ownFields.map(({ key, label }) => ({
    value: key as string,
    label: label[language] ?? Object.values(label)[0] ?? key,
  }));
  const choices =
    own.length === 0
      ? everyField
      : [
          { group: t("every-field"), items: everyField },
          { group: t("own-fields"), items: own },
        ];
  const fields: readonly Field[] = [...builtIn, ...file.ownFields.map(({ key }) => key)];
  const read = (chosen: string | null) => fields.find((each) => each === chosen) ?? null;
  return (
    <Stack gap={0} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
      {file.headers.map((header, index) => (
        <Group
          component="li"
          key={`${header}-${String(index)}`}
          className="field-line"
          justify="space-between"
          gap="xs"
          py={6}
        >
          <Stack gap={0} miw={0} flex="1 1 160px">
            <Text size="sm" fw={600} className="any-length">
              {header || `${t("column")} ${index + 1}`}
            </Text>
            <Text size="xs" className="quiet any-length" lineClamp={1}>
              {listExamples(file, index).join(" · ") || "–"}
            </Text>
          </Stack>
          <Select
            aria-label={`${t("means")}: ${header}`}
            data={choices}
            value={columns[index] ?? null}
            onChange={(field) => choose(index, read(field))}
            placeholder={t("left-out-column")}
            clearable
            searchable
            w={{ base: "100%", xs: 220 }}
          />
        </Group>
      ))}
    </Stack>
  );
}

const listExamples = ({ samples }: Import, index: number) =>
  samples.map((cells) => cells[index]?.trim() ?? "").filter(Boolean);

/** By the names that programs show them under. */
const ENCODINGS = [
  ["utf-8", "UTF-8"],
  ["utf-16le", "UTF-16 LE"],
  ["utf-16be", "UTF-16 BE"],
  ["windows-1258", "Windows-1258"],
  ["windows-1252", "Windows-1252"],
] as const;
const SEPARATORS = [
  [",", "comma"],
  [";", "semicolon"],
  ["\t", "tab"],
  ["|", "bar"],
] as const;

/** How letters and columns were read; a wrong guess shows in the examples above. */
function FileForm({ file, steps }: ColumnsProps) {
  const t = useTexts();
  const encoding = file.encoding;
  const separator = SEPARATORS.find(([sign]) => sign === file.separator)?.[0] ?? ",";
  const change = (form: { encoding?: string | null; separator?: string | null }) => {
    const next = { encoding, separator, ...form };
    const [one] = ENCODINGS.filter(([name]) => name === next.encoding);
    const [other] = SEPARATORS.filter(([sign]) => sign === next.separator);
    if (one && other) steps.form.mutate({ encoding: one[0], separator: other[0] });
  };
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label={t("encoding")}
          description={t("encoding-hint")}
          inputWrapperOrder={["label", "input", "description"]}
          data={ENCODINGS.map(([value, label]) => ({ value, label }))}
          value={encoding}
          onChange={(chosen) => change({ encoding: chosen })}
          allowDeselect={false}
        />
        <Select
          label={t("separator")}
          data={SEPARATORS.map(([value, name]) => ({ value, label: t(`separator-${name}`) }))}
          value={separator}
          onChange={(chosen) => change({ separator: chosen })}
          allowDeselect={false}
        />
      </SimpleGrid>
      <Refusal error={steps.form.error} />
    </>
  );
}
