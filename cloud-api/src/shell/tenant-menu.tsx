import { Menu, Text, UnstyledButton } from "@mantine/core";
import { IconCheck, IconSelector } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { api } from "./api.ts";
import { useShellTexts } from "./language.tsx";
import { enterSession, type Session, useSession } from "./session.tsx";

/** The company at work; a switch for those who belong to several. */
export function TenantMenu() {
  const t = useShellTexts();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const session = useSession();
  const current = session.tenants.find((tenant) => tenant.id === session.tenantId);
  const enter = useMutation({
    mutationFn: (tenantId: string) => api.put<Session>("/session/tenant", { tenantId }),
    onSuccess: (entered, tenantId) => {
      enterSession(queries, entered?.staff ? entered : { ...session, tenantId });
      navigate("/");
    },
  });
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
