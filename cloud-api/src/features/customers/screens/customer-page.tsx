import { Box, Button, Group, Menu, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { IconArrowMerge, IconClipboardText, IconDots, IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, Redirect } from "wouter";
import { ApiError, api } from "../../../shell/api.ts";
import { useZoneOf } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { formatPhone } from "../../../shell/format.ts";
import { Moment } from "../../../shell/moment.tsx";
import { NothingHere, Page, Section } from "../../../shell/page.tsx";
import { Panels } from "../../../shell/panels.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useMay } from "../../../shell/session.tsx";
import { StatTile } from "../../../shell/stat-tile.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { Consents } from "./consents.tsx";
import { ContactsSection } from "./contacts.tsx";
import { Devices } from "./devices.tsx";
import { Fields } from "./fields.tsx";
import { MergeDialog } from "./merge-dialog.tsx";
import { MergesSection } from "./merges-section.tsx";
import { NoteRequest } from "./note-request.tsx";
import type { Customer } from "./replies.ts";
import { Requests } from "./requests.tsx";
import { Restricted } from "./restricted.tsx";
import { useTexts } from "./texts.ts";

/** Everything known of one customer, each piece with where it comes from. */
export function CustomerPage({ params }: ScreenProps) {
  const id = params.id ?? "";
  const t = useTexts();
  const { data, error, refetch } = useQuery({
    queryKey: ["customer", id],
    queryFn: ({ signal }) => api.get<Customer>(`/customers/${id}`, signal),
    meta: { live: true },
  });
  if (error instanceof ApiError && (error.code === "not-found" || error.code === "invalid"))
    return <NothingHere />;
  const parent = { path: "/customers", label: t("customers") };
  if (error && !data)
    return (
      <Page title={t("customer")} parent={parent}>
        <Failure error={error} retry={refetch} />
      </Page>
    );
  if (!data)
    return (
      <Page title={t("customer")} parent={parent}>
        <Skeleton height={84} radius="lg" />
        <Skeleton height={220} radius="lg" />
      </Page>
    );
  if (data.mergedInto) return <Redirect to={`/customers/${data.mergedInto}`} replace />;
  return (
    <Page
      key={data.id}
      title={data.name ?? (data.phone ? formatPhone(data.phone) : t(nameless(data)))}
      parent={parent}
      summary={sayWho(data, t("kind-company"))}
      actions={<Actions customer={data} />}
    >
      {data.restrictedAt && <Restricted customer={data} since={data.restrictedAt} />}
      {data.requests.length > 0 && (
        <Section title={t("requests")} hint={t("requests-hint")}>
          <Requests customer={data} />
        </Section>
      )}
      <Facts customer={data} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" style={{ alignItems: "start" }}>
        <Section title={t("fields")} hint={t("fields-hint")}>
          <Fields customer={data} />
        </Section>
        <Stack gap="lg">
          <ContactsSection customer={data} />
          <Section title={t("consents")} hint={t("consents-hint")}>
            <Consents customer={data} />
          </Section>
          <Section title={t("devices")} hint={t("devices-hint")}>
            <Devices customer={data} />
            <Panels place="customer-devices" id={data.id} />
          </Section>
          <MergesSection customerId={data.id} />
        </Stack>
      </SimpleGrid>
      <Stack id="visits" gap="lg">
        <Panels place="customer" id={data.id} />
      </Stack>
    </Page>
  );
}

function sayWho({ kind, name, phone }: Customer, company: string): string | null {
  const words = [kind === "company" && company, name && phone && formatPhone(phone)];
  return words.filter(Boolean).join(" · ") || null;
}

function Actions({ customer }: { customer: Customer }) {
  const t = useTexts();
  const mayChange = useMay("customers.edit");
  const mayMerge = useMay("customers.merge");
  const mayAnswer = useMay("customers.answer");
  const [opened, setOpened] = useState<"merge" | "request" | null>(null);
  // A record that was forgotten is not written to again.
  const isGone = customer.requests.some(
    ({ kind, outcome }) => kind === "deletion" && outcome === "done",
  );
  if (isGone) return null;
  const close = () => setOpened(null);
  return (
    <Group gap="xs" wrap="nowrap">
      {(mayMerge || mayAnswer) && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" leftSection={<IconDots size={16} aria-hidden />}>
              {t("more")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {mayMerge && (
              <Menu.Item
                leftSection={<IconArrowMerge size={16} aria-hidden />}
                onClick={() => setOpened("merge")}
              >
                {t("merge-with-other")}
              </Menu.Item>
            )}
            {mayAnswer && (
              <Menu.Item
                leftSection={<IconClipboardText size={16} aria-hidden />}
                onClick={() => setOpened("request")}
              >
                {t("note-request")}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      {mayChange && (
        <Button
          component={Link}
          href={`/customers/${customer.id}/edit`}
          leftSection={<IconPencil size={16} aria-hidden />}
        >
          {t("edit")}
        </Button>
      )}
      <MergeDialog customer={customer} opened={opened === "merge"} close={close} />
      <NoteRequest customerId={customer.id} opened={opened === "request"} close={close} />
    </Group>
  );
}

const nameless = ({ requests }: Customer) =>
  requests.some(({ kind }) => kind === "deletion") ? "forgotten" : "no-name";

function Facts({ customer }: { customer: Customer }) {
  const t = useTexts();
  const format = useFormat();
  const zoneOf = useZoneOf();
  const { source, lastVisitAt } = customer;
  const lastVisitZone = useLastVisitZone(customer);
  return (
    <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="sm">
      <StatTile
        label={t("visits")}
        figure={format.count(customer.visits)}
        hint={t("in-all")}
        href="#visits"
      />
      <StatTile
        label={t("since-last-visit")}
        figure={sayDays(customer.daysSinceLastVisit)}
        hint={lastVisitAt && <Moment at={lastVisitAt} timeZone={lastVisitZone} />}
        href="#visits"
      />
      {source && (
        <Box className="surface tile tile-wide">
          <Text size="sm" className="quiet">
            {t("came-from")}
          </Text>
          <Text fw={650} fz="lg" lh="2.1rem" truncate>
            {source.branchName ?? "–"}
          </Text>
          <Text component="div" size="xs" className="quiet">
            <Moment at={source.at} timeZone={zoneOf(source.branchId)} />
          </Text>
        </Box>
      )}
    </SimpleGrid>
  );

  function sayDays(days: number | null): string {
    if (days === null) return t("never");
    return days === 0 ? t("today") : format.days(days);
  }
}

/** The clock of the branch they came to last; until that is known, of the one they joined at. */
function useLastVisitZone({ id, source }: Customer): string | undefined {
  const enabled = useMay("visits.read");
  const { data } = useQuery({
    enabled,
    queryKey: ["last-visit", id],
    queryFn: ({ signal }) =>
      api.get<{ visits: { branchId: string }[] }>(`/customers/${id}/visits?limit=1`, signal),
    meta: { live: true },
  });
  return useZoneOf()(data?.visits[0]?.branchId ?? source.branchId);
}
