import "./role-page.css";
import { Box, Button, Table } from "@mantine/core";
import { IconCheck, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { Failure } from "../../../shell/failure.tsx";
import { Empty, Page, Section } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import type { RolesReply } from "../schema.ts";
import { OwnRoleDialog, type OwnRoleOpened } from "./own-role-dialog.tsx";
import { OwnRoleList } from "./own-role-list.tsx";
import { usePermissionName } from "./permission-names.ts";
import { useRoleName, useRoles } from "./roles.ts";
import { useTexts } from "./texts.ts";

/** Which roles there are and what each may do, and the company's own. */
export function RolePage() {
  const t = useTexts();
  const { data, error, refetch } = useRoles();
  return (
    <Page
      title={t("roles")}
      summary={t("roles-summary")}
      actions={
        <Button component={Link} href="/staff" variant="default">
          {t("to-staff")}
        </Button>
      }
    >
      {error && !data ? <Failure error={error} retry={refetch} /> : data && <Roles roles={data} />}
    </Page>
  );
}

function Roles({ roles }: { roles: RolesReply }) {
  const t = useTexts();
  const mayEdit = useMay("staff.edit");
  const [opened, setOpened] = useState<OwnRoleOpened>(null);
  const add = mayEdit && (
    <Button
      size="xs"
      leftSection={<IconPlus size={14} />}
      onClick={() => setOpened({ kind: "add" })}
    >
      {t("add-own-role")}
    </Button>
  );
  return (
    <>
      <Section title={t("roles-own")} hint={t("roles-own-hint")} actions={add} flush>
        {roles.ownRoles.length === 0 ? (
          <Empty title={t("no-own-roles")} hint={t("no-own-roles-hint")} />
        ) : (
          <OwnRoleList roles={roles} open={mayEdit ? setOpened : null} />
        )}
      </Section>
      <Section title={t("roles-built-in")} hint={t("roles-built-in-hint")} flush>
        <PermissionTable roles={roles} />
      </Section>
      <OwnRoleDialog roles={roles} opened={opened} close={() => setOpened(null)} />
    </>
  );
}

/** Permissions down, roles across. */
function PermissionTable({ roles }: { roles: RolesReply }) {
  const t = useTexts();
  const nameRole = useRoleName();
  const namePermission = usePermissionName();
  return (
    <Box className="role-table" tabIndex={0} role="region" aria-label={t("roles-built-in")}>
      <Table verticalSpacing={6} horizontalSpacing="md" miw={640} aria-label={t("roles-built-in")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("permission")}</Table.Th>
            {roles.roles.map(({ role }) => (
              <Table.Th key={role} ta="center">
                {nameRole(role)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {roles.permissions.map(({ name, covers }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={400}>
                {namePermission(name)}
                {covers === "tenant" && <span className="quiet"> · {t("company-only")}</span>}
              </Table.Th>
              {roles.roles.map(({ role, permissions }) => (
                <Table.Td key={role} ta="center">
                  {permissions.includes(name) ? (
                    <IconCheck size={16} aria-label={t("held")} />
                  ) : (
                    <span className="quiet" aria-label={t("not-held")} role="img">
                      –
                    </span>
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}
