import { Button, Menu, Select, SimpleGrid, Stack } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Empty, Section } from "../../../shell/page.tsx";
import { DetailsField } from "./details-field.tsx";
import {
  type DetailsForm,
  FIELDS_MAX,
  type FieldForm,
  type listFieldFaults,
  OWN_KINDS,
  startField,
  USUAL,
} from "./details-fields.ts";
import { useSettingsContext } from "./settings-context.ts";
import { SettingFault } from "./settings-inputs.tsx";
import { useTexts } from "./texts.ts";

const NEWCOMERS = ["all", "one", "none"] as const;
const RETURNING = ["one", "none"] as const;

type DetailsSectionProps = {
  form: DetailsForm;
  change: (form: DetailsForm) => void;
  /** What keeps it from being saved, once that was tried, by the place of the field. */
  faults: ReturnType<typeof listFieldFaults>;
};

/** What guests are asked about themselves, in which order, and when. */
export function DetailsSection({ form, change, faults }: DetailsSectionProps) {
  const t = useTexts();
  const { languages } = useSettingsContext().document.branch;
  const set = (part: Partial<DetailsForm>) => change({ ...form, ...part });
  const put = (index: number, field: FieldForm) => set({ fields: form.fields.with(index, field) });
  return (
    <Section title={t("details")} hint={t("details-hint")}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select
            label={t("newcomers")}
            data={NEWCOMERS.map((value) => ({ value, label: t(`newcomers-${value}`) }))}
            value={form.newcomers}
            onChange={(value) =>
              set({ newcomers: NEWCOMERS.find((each) => each === value) ?? "all" })
            }
            allowDeselect={false}
          />
          <Select
            label={t("returning")}
            data={RETURNING.map((value) => ({ value, label: t(`returning-${value}`) }))}
            value={form.returning}
            onChange={(value) =>
              set({ returning: RETURNING.find((each) => each === value) ?? "none" })
            }
            allowDeselect={false}
          />
        </SimpleGrid>
        {form.fields.length === 0 && <Empty title={t("no-details")} hint={t("no-details-hint")} />}
        {form.fields.map((field, index) => (
          <DetailsField
            key={field.key ?? `new-${index}`}
            field={field}
            languages={languages}
            fault={faults[index] ?? null}
            change={(next) => put(index, next)}
            remove={() => set({ fields: form.fields.toSpliced(index, 1) })}
            moveUp={index === 0 ? null : () => set({ fields: swap(form.fields, index) })}
          />
        ))}
        <SettingFault of="details" />
        <div>
          <AddField form={form} add={(field) => set({ fields: [...form.fields, field] })} />
        </div>
      </Stack>
    </Section>
  );
}

function swap(fields: readonly FieldForm[], index: number): FieldForm[] {
  const [above, field] = [fields[index - 1], fields[index]];
  if (!above || !field) return [...fields];
  return fields.with(index - 1, field).with(index, above);
}

type AddFieldProps = { form: DetailsForm; add: (field: FieldForm) => void };

/** The usual fields once each, own ones as often as one likes. */
function AddField({ form, add }: AddFieldProps) {
  const t = useTexts();
  const usual = USUAL.filter((kind) => !form.fields.some((field) => field.kind === kind));
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          disabled={form.fields.length >= FIELDS_MAX}
        >
          {t("add-field")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {usual.map((kind) => (
          <Menu.Item key={kind} onClick={() => add(startField(kind))}>
            {t(`field-${kind}`)}
          </Menu.Item>
        ))}
        <Menu.Label>{t("own-field")}</Menu.Label>
        {OWN_KINDS.map((kind) => (
          <Menu.Item key={kind} onClick={() => add(startField(kind))}>
            {t(`field-${kind}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
