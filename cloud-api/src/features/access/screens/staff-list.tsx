import { ActionIcon, Box, Button, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconUserMinus, IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Static } from "typebox";
import { api } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Page } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useRole, useSession } from "../../../shell/session.tsx";
import type { StaffReply } from "../schema.ts";
import { Invitations } from "./invitations.tsx";
import { Invite } from "./invite.tsx";
import { RemoveColleague } from "./remove-colleague.tsx";
import { RoleSelect } from "./role-select.tsx";
import { useRoleName } from "./roles.ts";
import { useTexts } from "./texts.ts";

export type Colleague = Static<typeof StaffReply>["staff"][number];

/** Who of the company can sign in, and as what. Owners invite, change roles and remove. */
export function StaffList() {
  const t = useTexts();
  const isOwner = useRole() === "owner";
  const [isInviting, inviting] = useDisclosure(false);
  const [leaving, setLeaving] = useState<Colleague | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ["staff"],
    queryFn: ({ signal }) => api.get<Static<typeof StaffReply>>("/staff", signal),
  });
  const columns = useColumns(isOwner ? setLeaving : null);
  return (
    <Page
      title={t("staff")}
      summary={data && t("staff-counted", { count: data.total })}
      actions={
        isOwner && (
          <Button leftSection={<IconUserPlus size={16} />} onClick={inviting.open}>
            {t("invite")}
          </Button>
        )
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
      {isOwner && <Invitations />}
      <Invite isOpen={isInviting} close={inviting.close} />
      <RemoveColleague colleague={leaving} close={() => setLeaving(null)} />
    </Page>
  );
}

function useColumns(remove: ((colleague: Colleague) => void) | null): Column<Colleague>[] {
  const t = useTexts();
  const nameRole = useRoleName();
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
      narrow: "aside",
      // One's own is another owner's to change: nobody locks themselves out by a slip.
      render: (colleague) =>
        remove !== null && colleague.id !== staff.id ? (
          <RoleSelect colleague={colleague} />
        ) : (
          nameRole(colleague.role)
        ),
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
  if (remove === null) return columns;
  const removal: Column<Colleague> = {
    key: "remove",
    header: "",
    align: "right",
    render: (colleague) =>
      colleague.id !== staff.id && (
        <Tooltip label={t("remove-colleague")} withArrow>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t("remove-colleague-name", { name: colleague.name })}
            onClick={() => remove(colleague)}
          >
            <IconUserMinus size={15} />
          </ActionIcon>
        </Tooltip>
      ),
  };
  return [...columns, removal];
}
