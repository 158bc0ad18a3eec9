import {
  Menu,
  SegmentedControl,
  Stack,
  Text,
  UnstyledButton,
  useMantineColorScheme,
} from "@mantine/core";
import {
  IconApi,
  IconBuildings,
  IconLogout,
  IconSelector,
  IconUserCircle,
} from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "./api.ts";
import { useLanguage, useShellTexts } from "./language.tsx";
import { LanguageSwitch } from "./language-switch.tsx";
import { useChangeStaff, useSession, useSignOut } from "./session.tsx";
import type { Language } from "./translate.ts";

/** Changes the language here and for this person everywhere. */
export function useStaffLanguage(): (language: Language) => void {
  const { chooseLanguage } = useLanguage();
  const changeStaff = useChangeStaff();
  const save = useMutation({
    mutationFn: (language: Language) => api.patch("/me", { language }),
  });
  return (language) => {
    chooseLanguage(language);
    changeStaff({ language });
    save.mutate(language);
  };
}

/** The person's own corner: language, look, account, sign-out. */
export function StaffMenu({ onLeave }: { onLeave: () => void }) {
  const t = useShellTexts();
  const { staff, isOperator } = useSession();
  const { language } = useLanguage();
  const chooseLanguage = useStaffLanguage();
  const signOut = useSignOut();
  return (
    <Menu position="top-start" width={260} shadow="md" withinPortal>
      <Menu.Target>
        <UnstyledButton className="navigation-foot" aria-label={t("account")}>
          <Stack gap={0} miw={0} flex={1}>
            <Text size="sm" fw={600} truncate>
              {staff.name}
            </Text>
            <Text size="xs" className="quiet" truncate>
              {staff.email}
            </Text>
          </Stack>
          <IconSelector size={16} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Stack gap="xs" p="xs">
          <LanguageSwitch language={language} choose={chooseLanguage} />
          <LookSwitch />
        </Stack>
        <Menu.Divider />
        <Menu.Item
          component={Link}
          href="/account"
          leftSection={<IconUserCircle size={16} />}
          onClick={onLeave}
        >
          {t("account")}
        </Menu.Item>
        {isOperator && (
          <Menu.Item
            component={Link}
            href="/operator"
            leftSection={<IconBuildings size={16} />}
            onClick={onLeave}
          >
            {t("operate")}
          </Menu.Item>
        )}
        <Menu.Item component="a" href="/api/docs" leftSection={<IconApi size={16} />}>
          {t("api-documents")}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={signOut}>
          {t("sign-out")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function LookSwitch() {
  const t = useShellTexts();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      size="xs"
      fullWidth
      aria-label={t("look")}
      value={colorScheme}
      onChange={(value) => setColorScheme(value as typeof colorScheme)}
      data={[
        { value: "auto", label: t("look-auto") },
        { value: "light", label: t("look-light") },
        { value: "dark", label: t("look-dark") },
      ]}
    />
  );
}
