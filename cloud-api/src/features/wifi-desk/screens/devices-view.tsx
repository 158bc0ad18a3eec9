import { Badge, Button, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useMay } from "../../../shell/session.tsx";
import type { DeskBranch } from "./desk-page.tsx";
import { Device } from "./device.tsx";
import { type DeviceRule, onlineKey, rulesKey, useRules } from "./replies.ts";
import { RuleDialog } from "./rule-dialog.tsx";
import { useTexts } from "./texts.ts";

/** Devices that the branch keeps out or lets in by themselves. */
export function DevicesView({ branch }: { branch: DeskBranch }) {
  const t = useTexts();
  const mayEdit = useMay("wifi.edit");
  const [isAdding, adding] = useDisclosure(false);
  const { data, error, refetch } = useRules(branch.id);
  const columns = useColumns(branch);
  if (error && !data) return <Failure error={error} retry={refetch} />;
  const add = mayEdit && (
    <Button leftSection={<IconPlus size={15} />} size="xs" onClick={adding.open}>
      {t("add-rule")}
    </Button>
  );
  return (
    <Section title={t("view-devices")} hint={t("devices-hint")} actions={add} flush>
      {data?.rules.length === 0 ? (
        <Empty title={t("no-rules")} hint={t("no-rules-hint")} />
      ) : (
        <RecordTable
          label={t("view-devices")}
          columns={columns}
          rows={data?.rules}
          rowKey={({ id }) => id}
        />
      )}
      <RuleDialog isOpen={isAdding} close={adding.close} branch={branch} mac="" />
    </Section>
  );
}

function useColumns(branch: DeskBranch): Column<DeviceRule>[] {
  const t = useTexts();
  const { timeZone } = branch;
  return [
    {
      key: "device",
      header: t("device"),
      narrow: "title",
      render: ({ mac, randomised }) => <Device mac={mac} randomised={randomised} />,
    },
    {
      key: "kind",
      header: t("kind"),
      narrow: "aside",
      render: (rule) => <Kind rule={rule} />,
    },
    {
      key: "reason",
      header: t("reason"),
      wraps: true,
      render: ({ reason }) => <span className="any-length">{reason}</span>,
    },
    {
      key: "until",
      header: t("until"),
      render: (rule) => <Until rule={rule} timeZone={timeZone} />,
    },
    {
      key: "by",
      header: t("by"),
      wraps: true,
      render: ({ createdBy, createdAt }) => (
        <Stack gap={0}>
          <span>{createdBy ?? t("somebody")}</span>
          <Text span size="xs" className="quiet">
            <Moment at={createdAt} timeZone={timeZone} />
          </Text>
        </Stack>
      ),
    },
    {
      key: "actions",
      header: t("actions"),
      align: "right",
      render: (rule) => (rule.isInForce ? <TakeAway rule={rule} branch={branch} /> : null),
    },
  ];
}

function Kind({ rule }: { rule: DeviceRule }) {
  const t = useTexts();
  const { kind, isInForce, policyName } = rule;
  const colour = kind === "block" ? "red" : "foyer";
  return (
    <Stack gap={0} align="flex-start">
      <Badge variant="light" color={isInForce ? colour : "gray"} tt="none">
        {t(`kind-${kind}`)}
      </Badge>
      {policyName !== null && (
        <Text span size="xs" className="quiet">
          {policyName}
        </Text>
      )}
    </Stack>
  );
}

function Until({ rule, timeZone }: { rule: DeviceRule; timeZone: string }) {
  const t = useTexts();
  const { isInForce, endedAt, until } = rule;
  if (isInForce && until === null) return t("for-ever");
  if (isInForce && until !== null) return <Moment at={until} timeZone={timeZone} />;
  const at = endedAt ?? until;
  return (
    <span className="quiet">
      {t(endedAt === null ? "over" : "ended")}{" "}
      {at !== null && <Moment at={at} timeZone={timeZone} />}
    </span>
  );
}

function TakeAway({ rule, branch }: { rule: DeviceRule; branch: DeskBranch }) {
  const t = useTexts();
  const queries = useQueryClient();
  const mayEdit = useMay("wifi.edit");
  const [isOpen, { open, close }] = useDisclosure(false);
  const { id, mac, kind } = rule;
  const takeAway = useMutation({
    mutationFn: () => api.remove(`/branches/${branch.id}/device-rules/${id}`),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: rulesKey(branch.id) });
      await queries.invalidateQueries({ queryKey: onlineKey(branch.id) });
    },
  });
  if (!mayEdit) return null;
  const name = t("take-away-name", { mac });
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={open} aria-label={name}>
        {t("take-away")}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={name}>
        <Danger
          hint={t(`take-away-${kind}-hint`)}
          label={t("take-away")}
          act={takeAway}
          run={() => takeAway.mutate()}
          close={close}
        />
      </Dialog>
    </>
  );
}
