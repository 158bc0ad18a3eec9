import { ActionIcon, Box, Group, Skeleton, Stack, Text, Tooltip } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { useZoneOf } from "../../../shell/branches.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import type { FieldHistoryReply } from "../schema.ts";
import type { CustomerField } from "./replies.ts";
import { useTexts } from "./texts.ts";

type Source = Pick<
  CustomerField,
  "givenBy" | "givenAt" | "branchId" | "branchName" | "staffName" | "termsVersion"
>;

/** Who said something, where, when, and under which words. */
export function FieldSource({ source }: { source: Source }) {
  const t = useTexts();
  const zoneOf = useZoneOf();
  const { givenBy, givenAt, branchId, branchName: branch, staffName, termsVersion } = source;
  const by = () => {
    if (givenBy === "staff")
      return staffName ? t("given-by-staff-name", { name: staffName }) : t("given-by-staff");
    if (givenBy === "customer") return t("given-by-customer");
    if (givenBy === "import" || givenBy === "zalo")
      return branch ? t(`given-by-${givenBy}-at`, { branch }) : t(`given-by-${givenBy}`);
    return branch ? t("given-by-guest-at", { branch }) : t("given-by-guest");
  };
  return (
    <>
      {by()} · <Moment at={givenAt} timeZone={zoneOf(branchId)} />
      {termsVersion !== null && ` · ${t("under-terms", { version: termsVersion })}`}
    </>
  );
}

type FieldHistoryProps = {
  customerId: string;
  field: string;
  label: string;
  /** How a value is shown. */
  say: (value: string) => string;
};

/** Opens everything that was ever said of one field. */
export function FieldHistory(props: FieldHistoryProps) {
  const t = useTexts();
  const [isOpen, setOpen] = useState(false);
  const title = t("history-of", { field: props.label });
  return (
    <>
      <Tooltip label={t("history")} withArrow>
        <ActionIcon variant="subtle" color="gray" aria-label={title} onClick={() => setOpen(true)}>
          <IconHistory size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Dialog opened={isOpen} onClose={() => setOpen(false)} title={title}>
        {isOpen && <Values {...props} />}
      </Dialog>
    </>
  );
}

function Values({ customerId, field, say }: FieldHistoryProps) {
  const t = useTexts();
  const { data, error, refetch } = useQuery({
    queryKey: ["customer-field", customerId, field],
    queryFn: ({ signal }) =>
      api.get<FieldHistoryReply>(`/customers/${customerId}/fields/${field}`, signal),
    meta: { live: true },
  });
  if (error && !data) return <Failure error={error} retry={refetch} />;
  if (!data) return <Skeleton height={80} />;
  return (
    <Stack gap={0} component="ol" className="steps">
      {data.values.map((told, index) => (
        <Group
          key={`${told.givenAt} ${told.value}`}
          component="li"
          className="field-line"
          wrap="nowrap"
          py={8}
        >
          <Box miw={0} className="any-length">
            <Text size="sm" fw={index === 0 ? 600 : 400} className={told.value ? "" : "quiet"}>
              {told.value ? say(told.value) : t("taken-away")}
            </Text>
            <Text component="div" size="xs" className="quiet">
              <FieldSource source={told} />
            </Text>
          </Box>
        </Group>
      ))}
    </Stack>
  );
}
