import { Box, Group, Text } from "@mantine/core";
import { useZoneOf } from "../../../shell/branches.ts";
import { formatPhone } from "../../../shell/format.ts";
import { useLanguage, useShellTexts } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { GUEST_LANGUAGES } from "../../../shell/translate.ts";
import { useFormat } from "../../../shell/use-format.ts";
import type { Customer, CustomerField } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** What the customer told, with who gave it, when, where, and under which terms. */
export function Fields({ customer }: { customer: Customer }) {
  const t = useTexts();
  if (customer.fields.length === 0)
    return (
      <Text size="sm" className="quiet">
        {t("no-fields")}
      </Text>
    );
  return (
    <dl className="facts">
      {sortFields(customer.fields).map((field) => (
        <Field key={`${field.field}-${field.givenAt}`} field={field} />
      ))}
    </dl>
  );
}

/** The order people ask in; what this release has no word for stands last. */
const FIELD_ORDER = ["name", "phone", "email", "birthday", "language"];

function sortFields(fields: readonly CustomerField[]): CustomerField[] {
  const rank = ({ field }: CustomerField) =>
    FIELD_ORDER.includes(field) ? FIELD_ORDER.indexOf(field) : FIELD_ORDER.length;
  return fields.toSorted((a, b) => rank(a) - rank(b));
}

function Field({ field }: { field: CustomerField }) {
  const t = useTexts();
  const zoneOf = useZoneOf();
  const { branchName: branch, givenBy } = field;
  const by = givenBy === "import" || givenBy === "zalo" ? givenBy : "guest";
  const source = branch === null ? t(`given-by-${by}`) : t(`given-by-${by}-at`, { branch });
  return (
    <Line label={useFieldName(field)} value={useFieldValue(field)}>
      {source} · <Moment at={field.givenAt} timeZone={zoneOf(field.branchId)} />
      {field.termsVersion !== null && ` · ${t("under-terms", { version: field.termsVersion })}`}
    </Line>
  );
}

type LineProps = { label: string; value: string; children?: React.ReactNode };

function Line({ label, value, children }: LineProps) {
  return (
    <Group wrap="nowrap" align="baseline" gap="sm" py={7} className="field-line">
      <Text component="dt" size="sm" className="quiet" w={110} style={{ flexShrink: 0 }}>
        {label}
      </Text>
      <Box component="dd" miw={0}>
        <Text size="sm" fw={550} className="figure" style={{ overflowWrap: "anywhere" }}>
          {value}
        </Text>
        {children && (
          <Text component="div" size="xs" className="quiet">
            {children}
          </Text>
        )}
      </Box>
    </Group>
  );
}

function useFieldName({ field, label }: CustomerField): string {
  const t = useTexts();
  const { language } = useLanguage();
  switch (field) {
    case "name":
      return t("field-name");
    case "phone":
      return t("field-phone");
    case "email":
      return t("field-email");
    case "birthday":
      return t("field-birthday");
    case "language":
      return t("field-language");
    case "zalo":
      return t("field-zalo");
    default:
      // A field this release has no word for is shown by its own name, never hidden.
      return label?.[language] ?? Object.values(label ?? {})[0] ?? field;
  }
}

function useFieldValue({ field, value }: CustomerField): string {
  const format = useFormat();
  const shell = useShellTexts();
  const t = useTexts();
  const language = GUEST_LANGUAGES.find((each) => each === value);
  if (field === "language" && language) return shell(`language-${language}`);
  if (field === "phone") return formatPhone(value);
  if (field === "birthday") return format.birthday(value);
  if (value === "yes" || value === "no") return field.startsWith("own.") ? t(value) : value;
  return value;
}
