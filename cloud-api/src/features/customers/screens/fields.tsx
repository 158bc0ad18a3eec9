import { Anchor, Box, Group, Text } from "@mantine/core";
import { useLanguage } from "../../../shell/language.tsx";
import { FieldHistory, FieldSource } from "./field-history.tsx";
import type { Customer, CustomerField } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useSayField } from "./use-say-field.ts";

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
        <Field key={`${field.field}-${field.givenAt}`} field={field} customerId={customer.id} />
      ))}
    </dl>
  );
}

/** The order people ask in; what this release has no word for stands last. */
const FIELD_ORDER = ["kind", "name", "phone", "email", "birthday", "language", "address", "place"];

function sortFields(fields: readonly CustomerField[]): CustomerField[] {
  const rank = ({ field }: CustomerField) =>
    FIELD_ORDER.includes(field) ? FIELD_ORDER.indexOf(field) : FIELD_ORDER.length;
  return fields.toSorted((a, b) => rank(a) - rank(b));
}

function Field({ field, customerId }: { field: CustomerField; customerId: string }) {
  const label = useFieldName(field);
  const say = useSayField()(field.field);
  return (
    <Group wrap="nowrap" align="baseline" gap="sm" py={7} className="field-line">
      <Text component="dt" size="sm" className="quiet" w={110} style={{ flexShrink: 0 }}>
        {label}
      </Text>
      <Group component="dd" miw={0} flex={1} wrap="nowrap" align="flex-start" gap="xs">
        <Box miw={0} flex={1}>
          <Text size="sm" fw={550} className="figure" style={{ overflowWrap: "anywhere" }}>
            {/^https?:/.test(field.value) ? (
              <Anchor href={field.value} target="_blank" rel="noreferrer noopener" size="sm">
                {field.value}
              </Anchor>
            ) : (
              say(field.value)
            )}
          </Text>
          <Text component="div" size="xs" className="quiet">
            <FieldSource source={field} />
          </Text>
        </Box>
        <FieldHistory customerId={customerId} field={field.field} label={label} say={say} />
      </Group>
    </Group>
  );
}

function useFieldName({ field, label }: CustomerField): string {
  const t = useTexts();
  const { language } = useLanguage();
  switch (field) {
    case "kind":
    case "name":
    case "phone":
    case "email":
    case "birthday":
    case "language":
    case "address":
    case "place":
    case "card":
    case "posId":
    case "zaloId":
      return t(`field-${field}`);
    default:
      // A field this release has no word for is shown by its own name, never hidden.
      return label?.[language] ?? Object.values(label ?? {})[0] ?? field;
  }
}
