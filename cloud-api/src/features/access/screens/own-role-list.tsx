import { ActionIcon, Group, Text, Tooltip } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import type { RolesReply } from "../schema.ts";
import type { OwnRoleOpened } from "./own-role-dialog.tsx";
import { usePermissionName } from "./permission-names.ts";
import type { OwnRole } from "./roles.ts";
import { useTexts } from "./texts.ts";

type OwnRoleListProps = {
  roles: RolesReply;
  open: ((opened: OwnRoleOpened) => void) | null;
};

/** The company's own roles, with what each may do. */
export function OwnRoleList({ roles, open }: OwnRoleListProps) {
  const t = useTexts();
  const columns = useColumns(open);
  return (
    <RecordTable
      label={t("roles-own")}
      columns={columns}
      rows={roles.ownRoles}
      rowKey={(role) => role.id}
    />
  );
}

function useColumns(open: OwnRoleListProps["open"]): Column<OwnRole>[] {
  const t = useTexts();
  const namePermission = usePermissionName();
  const columns: Column<OwnRole>[] = [
    {
      key: "name",
      header: t("name"),
      narrow: "title",
      wraps: true,
      render: ({ name }) => <b>{name}</b>,
    },
    {
      key: "permissions",
      header: t("permission"),
      wraps: true,
      render: ({ permissions }) => (
        <Text size="sm" lineClamp={3}>
          {permissions.map(namePermission).join(" · ")}
        </Text>
      ),
    },
    { key: "held", header: t("held-by"), align: "right", render: ({ heldBy }) => heldBy },
  ];
  if (!open) return columns;
  const actions: Column<OwnRole> = {
    key: "actions",
    header: "",
    align: "right",
    narrow: "aside",
    render: (role) => (
      <Group gap={4} justify="flex-end" wrap="nowrap">
        <Tooltip label={t("change-own-role")} withArrow>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t("change-own-role-name", { name: role.name })}
            onClick={() => open({ kind: "change", role })}
          >
            <IconPencil size={15} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={role.heldBy > 0 ? t("own-role-held") : t("remove-own-role")} withArrow>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            disabled={role.heldBy > 0}
            aria-label={t("remove-own-role-name", { name: role.name })}
            onClick={() => open({ kind: "remove", role })}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </Tooltip>
      </Group>
    ),
  };
  return [...columns, actions];
}
