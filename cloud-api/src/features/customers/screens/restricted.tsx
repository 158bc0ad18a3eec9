import { Alert, Button, Group, Text } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useZoneOf } from "../../../shell/branches.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { useMay } from "../../../shell/session.tsx";
import type { Customer } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Above a record that is kept and not used. */
export function Restricted({ customer, since }: { customer: Customer; since: string }) {
  const t = useTexts();
  const mayChange = useMay("customers.answer");
  const zoneOf = useZoneOf();
  const queries = useQueryClient();
  const lift = useMutation({
    mutationFn: () => api.post(`/customers/${customer.id}/lift-restriction`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["customer", customer.id] }),
  });
  return (
    <Alert color="orange" variant="light" icon={<IconLock size={18} />} title={t("restricted")}>
      <Group justify="space-between" gap="sm">
        <Text component="div" size="sm" flex="1 1 240px">
          {t("restricted-hint")} <Moment at={since} timeZone={zoneOf(customer.source.branchId)} />
        </Text>
        {mayChange && (
          <Button
            variant="default"
            size="compact-sm"
            loading={lift.isPending}
            onClick={() => lift.mutate()}
          >
            {t("lift-restriction")}
          </Button>
        )}
      </Group>
      <Refusal error={lift.error} />
    </Alert>
  );
}
