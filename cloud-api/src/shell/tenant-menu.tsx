import { Menu, Text, UnstyledButton } from "@mantine/core";
import { IconCheck, IconSelector } from "@tabler/icons-react";
import { useShellTexts } from "./language.tsx";
import { useEnterTenant, useSession } from "./session.tsx";

/** The company at work; a switch for those who belong to several. */
export function TenantMenu() {
  const t = useShellTexts();
  const session = useSession();
  const current = session.tenants.find((tenant) => tenant.id === session.tenantId);
  const enter = useEnterTenant(session);
  const name = (
    <Text size="sm" fw={600} truncate flex={1} ta="left">
      {current?.name}
    </Text>
  );
  if (session.tenants.length < 2) return <div className="navigation-tenant">{name}</div>;
  return (
    <Menu width={240} position="bottom-start" shadow="md">
      <Menu.Target>
        <UnstyledButton
          className="navigation-tenant navigation-tenant-choice"
          aria-label={t("switch-tenant")}
        >
          {name}
          <IconSelector size={16} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("tenant")}</Menu.Label>
        {session.tenants.map((tenant) => (
          <Menu.Item
            key={tenant.id}
            disabled={tenant.isSuspended}
            onClick={() => enter.mutate(tenant.id)}
            rightSection={tenant.id === session.tenantId ? <IconCheck size={16} /> : null}
          >
            {tenant.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
