import { ActionIcon, Box, Button, Group, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPencil, IconUserMinus, IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Static } from "typebox";
import { Link } from "wouter";
import { api } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Page, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useMay, useSession } from "../../../shell/session.tsx";
import type { StaffReply } from "../schema.ts";
import { GrantList } from "./grant-list.tsx";
import { GrantsDialog } from "./grants-dialog.tsx";
import { Invitations } from "./invitations.tsx";
import { Invite } from "./invite.tsx";
import { RemoveColleague } from "./remove-colleague.tsx";
import { SecondFactorDuty } from "./second-factor-duty.tsx";
import { useTexts } from "./texts.ts";

export type Colleague = Static<typeof StaffReply>["staff"][number];

/** Who of the company can sign in, and as what. Owners invite, change roles and remove. */
export function StaffList() {
  const t = useTexts();
  const mayEdit = useMay("staff.edit");
  const mayKeys = useMay("keys.edit");
  const [isInviting, inviting] = useDisclosure(false);
  const [leaving, setLeaving] = useState<Colleague | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ["staff"],
    queryFn: ({ signal }) => api.get<Static<typeof StaffReply>>("/staff", signal),
  });
  const [changing, setChanging] = useState<Colleague | null>(null);
  const columns = useColumns(mayEdit ? { remove: setLeaving, change: setChanging } : null);
  return (
    <Page
      title={t("staff")}
      summary={data && t("staff-counted", { count: data.total })}
      actions={
        <Group gap="xs">
          <Button component={Link} href="/staff/roles" variant="default">
            {t("roles")}
          </Button>
          {mayKeys && (
            <Button component={Link} href="/staff/keys" variant="default">
              {t("keys")}
            </Button>
          )}
          {mayEdit && (
            <Button leftSection={<IconUserPlus size={16} />} onClick={inviting.open}>
              {t("invite")}
            </Button>
          )}
        </Group>
      }
    >
      {error && !data ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Box className="surface">
          <RecordTable
            label={t("staff")}
            columns={columns}
            rows={data?.staff}
            rowKey={(colleague) => colleague.id}
          />
        </Box>
      )}
      {mayEdit && <Invitations />}
      {data && (
        <Section title={t("totp")} hint={t("totp-why")}>
          <SecondFactorDuty />
        </Section>
      )}
      <Invite isOpen={isInviting} close={inviting.close} />
      <GrantsDialog colleague={changing} close={() => setChanging(null)} />
      <RemoveColleague colleague={leaving} close={() => setLeaving(null)} />
    </Page>
  );
}

type Actions = Record<"remove" | "change", (colleague: Colleague) => void>;

function useColumns(actions: Actions | null): Column<Colleague>[] {
  const t = useTexts();
  const { staff } = useSession();
  const columns: Column<Colleague>[] = [
    {
      key: "name",
      header: t("name"),
      narrow: "title",
      wraps: true,
      render: (colleague) => <b className="two-lines">{colleague.name}</b>,
    },
    { key: "email", header: t("email"), wraps: true, render: (colleague) => colleague.email },
    {
      key: "role",
      header: t("role"),
      wraps: true,
      render: (colleague) => <GrantList grants={colleague.grants} />,
    },
    {
      key: "totp",
      header: t("totp"),
      render: (colleague) =>
        colleague.totpEnabled ? t("totp-on") : <span className="quiet">{t("totp-off")}</span>,
    },
    {
      key: "since",
      header: t("since"),
      render: (colleague) => <Moment at={colleague.since} />,
    },
  ];
  if (actions === null) return columns;
  const removal: Column<Colleague> = {
    key: "actions",
    header: "",
    align: "right",
    narrow: "aside",
    render: (colleague) =>
      // One's own is another's to change: nobody locks themselves out by a slip.
      colleague.id !== staff.id && (
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <RowAction
            label={t("roles-of", { name: colleague.name })}
            onClick={() => actions.change(colleague)}
          >
            <IconPencil size={15} />
          </RowAction>
          <RowAction
            label={t("remove-colleague-name", { name: colleague.name })}
            onClick={() => actions.remove(colleague)}
          >
            <IconUserMinus size={15} />
          </RowAction>
        </Group>
      ),
  };
  return [...columns, removal];
}

type RowActionProps = { label: string; onClick: () => void; children: ReactNode };

function RowAction({ label, onClick, children }: RowActionProps) {
  return (
    <Tooltip label={label} withArrow>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
