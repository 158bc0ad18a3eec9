import { ActionIcon, Anchor, Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { api, withQuery } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { formatPhone } from "../../../shell/format.ts";
import { Section } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import type { CustomerListReply } from "../schema.ts";
import type { Contacts, Customer } from "./replies.ts";
import { useTexts } from "./texts.ts";

const TYPING_PAUSE_MS = 250;

/** The people of a company, or the companies a person stands for; nothing for a person without any. */
export function ContactsSection({ customer }: { customer: Customer }) {
  const t = useTexts();
  const mayChange = useMay("customers.edit");
  const { id } = customer;
  const { data } = useQuery({
    queryKey: ["customer-contacts", id],
    queryFn: ({ signal }) => api.get<Contacts>(`/customers/${id}/contacts`, signal),
    meta: { live: true },
  });
  const isCompany = customer.kind === "company";
  const linked = (isCompany ? data?.contacts : data?.companies) ?? [];
  if (!isCompany && linked.length === 0) return null;
  return (
    <Section title={t(isCompany ? "contacts" : "companies")}>
      <Stack gap={0}>
        {linked.map((each) => (
          <Group
            key={each.customerId}
            className="field-line"
            justify="space-between"
            wrap="nowrap"
            py={7}
          >
            <div>
              <Anchor component={Link} href={`/customers/${each.customerId}`} size="sm" fw={550}>
                {each.name ?? t("no-name")}
              </Anchor>
              <Text size="xs" className="quiet">
                {[each.role, each.phone && formatPhone(each.phone)].filter(Boolean).join(" · ")}
              </Text>
            </div>
            {isCompany && mayChange && <Remove companyId={id} contact={each} />}
          </Group>
        ))}
        {isCompany && linked.length === 0 && (
          <Text size="sm" className="quiet">
            {t("no-contacts")}
          </Text>
        )}
        {isCompany && mayChange && <AddContact companyId={id} except={linked} />}
      </Stack>
    </Section>
  );
}

type Contact = Contacts["contacts"][number];

function Remove({ companyId, contact }: { companyId: string; contact: Contact }) {
  const t = useTexts();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.remove(`/customers/${companyId}/contacts/${contact.customerId}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["customer-contacts", companyId] }),
  });
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      loading={remove.isPending}
      aria-label={t("remove-contact", { name: contact.name ?? t("no-name") })}
      onClick={() => remove.mutate()}
    >
      <IconX size={16} aria-hidden />
    </ActionIcon>
  );
}

function AddContact({ companyId, except }: { companyId: string; except: Contact[] }) {
  const t = useTexts();
  const queries = useQueryClient();
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), TYPING_PAUSE_MS);
  const [contactId, setContactId] = useState<string | null>(null);
  const [role, setRole] = useState("");
  const { data } = useQuery({
    queryKey: ["customers", "contact", search],
    queryFn: ({ signal }) =>
      api.get<CustomerListReply>(withQuery("/customers", { search, limit: "20" }), signal),
    placeholderData: (before) => before,
  });
  const add = useMutation({
    mutationFn: () => api.put(`/customers/${companyId}/contacts/${contactId}`, { role }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["customer-contacts", companyId] });
      setContactId(null);
      setRole("");
    },
  });
  const taken = new Set([companyId, ...except.map(({ customerId }) => customerId)]);
  const offered = (data?.customers ?? []).filter(({ id }) => !taken.has(id));
  return (
    <>
      <Group align="flex-end" gap="xs" mt="sm">
        <Select
          label={t("contact")}
          placeholder={t("search-by")}
          searchable
          searchValue={typed}
          onSearchChange={setTyped}
          filter={({ options }) => options}
          nothingFoundMessage={t("nobody-found-short")}
          data={offered.map(({ id, name, phone }) => ({
            value: id,
            label: name ?? (phone ? formatPhone(phone) : t("no-name")),
          }))}
          value={contactId}
          onChange={setContactId}
          flex="1 1 160px"
        />
        <TextInput
          label={t("contact-role")}
          value={role}
          maxLength={100}
          onChange={(event) => setRole(event.currentTarget.value)}
          flex="1 1 120px"
        />
        <Button
          variant="default"
          disabled={!contactId}
          loading={add.isPending}
          onClick={() => add.mutate()}
        >
          {t("add-contact")}
        </Button>
      </Group>
      <Refusal error={add.error} />
    </>
  );
}
