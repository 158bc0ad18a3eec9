import { Button, Group, SegmentedControl, Select, SimpleGrid, Stack } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useLocation } from "wouter";
import { ApiError, api } from "../../../shell/api.ts";
import { NoBranch } from "../../../shell/branch-of-page.tsx";
import { useBranchChoices, useHasNoBranch } from "../../../shell/branches.ts";
import { Failure, isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { NothingHere, Page, Section } from "../../../shell/page.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useMay } from "../../../shell/session.tsx";
import { BuiltInInput, OwnFieldInput } from "./field-input.tsx";
import type { Customer, OwnField } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useLabel, useOwnFields } from "./use-own-fields.ts";

const MAIN_FIELDS = ["name", "phone", "email", "birthday", "language", "address", "place"] as const;
const CODE_FIELDS = ["card", "posId", "zaloId"] as const;
/** One of these makes a record somebody. */
const NAMING_FIELDS = ["name", "phone", "email"] as const;

/** A customer that staff make. */
export function NewCustomer() {
  const t = useTexts();
  const { data: own } = useOwnFields();
  const mayChange = useMay("customers.add");
  const hasNoBranch = useHasNoBranch();
  if (!mayChange) return <NothingHere />;
  return (
    <Page title={t("new-customer")} parent={{ path: "/customers", label: t("customers") }}>
      {hasNoBranch && <NoBranch hint={t("no-branches-hint")} />}
      {!hasNoBranch && own && <CustomerForm customer={null} own={own} />}
    </Page>
  );
}

/** What is known of a customer, to be changed. */
export function EditCustomer({ params }: ScreenProps) {
  const id = params.id ?? "";
  const t = useTexts();
  const { data: own } = useOwnFields();
  const mayChange = useMay("customers.edit");
  const { data, error, refetch } = useQuery({
    queryKey: ["customer", id],
    queryFn: ({ signal }) => api.get<Customer>(`/customers/${id}`, signal),
  });
  if (!mayChange || (error instanceof ApiError && error.code === "not-found"))
    return <NothingHere />;
  const name = data?.name ?? t("customer");
  return (
    <Page
      title={t("edit-customer", { name })}
      parent={{ path: `/customers/${id}`, label: name }}
      summary={t("edit-hint")}
    >
      {error && !data && <Failure error={error} retry={refetch} />}
      {data && own && <CustomerForm key={id} customer={data} own={own} />}
    </Page>
  );
}

type Values = Readonly<Record<string, string>>;

function CustomerForm({ customer, own }: { customer: Customer | null; own: OwnField[] }) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const say = useLabel();
  const before: Values = Object.fromEntries(
    (customer?.fields ?? []).map(({ field, value }) => [field, value]),
  );
  // What it was when the page was opened: somebody may be typing while the record changes.
  const [opened] = useState(before);
  const [values, setValues] = useState<Values>(opened);
  const branches = useBranchChoices();
  const [branchId, setBranchId] = useState<string | null>(null);
  const from = branchId ?? branches[0]?.id ?? null;
  const save = useMutation({
    mutationFn: async () => {
      const changed = Object.fromEntries(
        Object.entries(values).filter(([field, value]) => value !== (opened[field] ?? "")),
      );
      if (!customer)
        return await api.post<{ id: string }>("/customers", { branchId: from, values: changed });
      if (Object.keys(changed).length > 0)
        await api.patch(`/customers/${customer.id}`, { values: changed });
      return { id: customer.id };
    },
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ["customer", id] });
      void queries.invalidateQueries({ queryKey: ["customers"] });
      navigate(`/customers/${id}`);
    },
  });
  const isInvalid = save.error instanceof ApiError && save.error.code === "invalid";
  const isNobody = isInvalid && !customer && NAMING_FIELDS.every((field) => !values[field]?.trim());
  const faultOf = (field: string): string | false => {
    if (isNobody) return field === "name" && t("needs-naming");
    if (!isFieldAtFault(save.error, field)) return false;
    return save.error instanceof ApiError && save.error.code === "conflict"
      ? t("value-taken")
      : t("value-wrong");
  };
  const inputOf = (field: string, label: string) => ({
    ...{ label, value: values[field] ?? "", error: faultOf(field) },
    onChange: (value: string) => setValues((all) => ({ ...all, [field]: value })),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const shown = own.filter(({ key, archivedAt }) => archivedAt === null || values[key]);
  const isAtField =
    isNobody || (save.error instanceof ApiError && save.error.field?.startsWith("/values/"));
  return (
    <form noValidate onSubmit={submit}>
      <Stack gap="lg">
        <Section title={t("fields")}>
          <Stack>
            <SegmentedControl
              aria-label={t("field-kind")}
              value={values.kind || "person"}
              onChange={(kind) => setValues((all) => ({ ...all, kind }))}
              data={[
                { value: "person", label: t("kind-person") },
                { value: "company", label: t("kind-company") },
              ]}
              style={{ alignSelf: "flex-start" }}
            />
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              {MAIN_FIELDS.map((field) => (
                <BuiltInInput key={field} field={field} {...inputOf(field, t(`field-${field}`))} />
              ))}
              {!customer && branches.length > 1 && (
                <Select
                  label={t("from-branch")}
                  data={branches.map(({ id, name }) => ({ value: id, label: name }))}
                  value={from}
                  onChange={setBranchId}
                  allowDeselect={false}
                />
              )}
            </SimpleGrid>
          </Stack>
        </Section>
        {shown.length > 0 && (
          <Section title={t("own-fields")}>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              {shown.map((field) => (
                <OwnFieldInput
                  key={field.key}
                  field={field}
                  {...inputOf(field.key, say(field.label))}
                />
              ))}
            </SimpleGrid>
          </Section>
        )}
        <Section title={t("codes")} hint={t("codes-hint")}>
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            {CODE_FIELDS.map((field) => (
              <BuiltInInput key={field} field={field} {...inputOf(field, t(`field-${field}`))} />
            ))}
          </SimpleGrid>
        </Section>
        {isAtField ? (
          <Refusal error={save.error} sentence={t("see-fields")} />
        ) : (
          <Refusal error={save.error} />
        )}
        <Group justify="flex-end">
          <Button
            component={Link}
            href={customer ? `/customers/${customer.id}` : "/customers"}
            variant="default"
          >
            {shell("cancel")}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!customer && !from}>
            {customer ? t("save") : t("add-customer")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
