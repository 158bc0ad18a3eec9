import { AppShell, Burger, Center, Group, Loader, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Suspense } from "react";
import { Link, useLocation } from "wouter";
import { helpPath } from "./collect.ts";
import { BrokenGuard } from "./failure.tsx";
import { HelpProvider } from "./help-link.tsx";
import { useShellTexts } from "./language.tsx";
import { LogoWithName } from "./logo.tsx";
import { NavigationEntries } from "./navigation-entries.tsx";
import { StaffRoutes } from "./routes.tsx";
import { StaffMenu } from "./staff-menu.tsx";
import { TenantMenu } from "./tenant-menu.tsx";

/** What stands around every staff screen: navigation at the side, or behind a button on a phone. */
export function Frame() {
  const t = useShellTexts();
  const [path] = useLocation();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  return (
    <AppShell
      header={{ height: { base: 52, sm: 0 } }}
      navbar={{ width: 228, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      padding={{ base: "md", sm: "xl" }}
    >
      <a href="#content" className="skip-link">
        {t("skip")}
      </a>
      <AppShell.Header hiddenFrom="sm" bg="var(--foyer-surface)">
        <Group h="100%" px="md" justify="space-between">
          <Link href="/" className="plain-link" onClick={close} aria-label="Foyer">
            <LogoWithName />
          </Link>
          <Burger opened={isOpen} onClick={toggle} size="sm" aria-label={t("menu")} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar bg="var(--foyer-surface)" p="sm" aria-label={t("navigation")}>
        <Stack gap="sm" h="100%">
          <Link href="/" className="plain-link navigation-logo" aria-label="Foyer">
            <LogoWithName />
          </Link>
          <TenantMenu />
          <NavigationEntries onLeave={close} />
          <StaffMenu onLeave={close} />
        </Stack>
      </AppShell.Navbar>
      <AppShell.Main id="content">
        <div className="content">
          {/* A broken screen is forgotten on the way to another. */}
          <BrokenGuard key={path}>
            <Suspense fallback={<Waiting />}>
              <HelpProvider value={helpPath}>
                <StaffRoutes />
              </HelpProvider>
            </Suspense>
          </BrokenGuard>
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

export function Waiting() {
  const t = useShellTexts();
  return (
    <Center h="60vh" aria-busy="true">
      <Loader size="sm" type="dots" aria-label={t("loading")} />
    </Center>
  );
}
