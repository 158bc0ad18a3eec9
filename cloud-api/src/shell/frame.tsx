import { AppShell, Burger, Center, Group, Loader, NavLink, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Suspense, useEffect, useRef } from "react";
import { Link, useLocation } from "wouter";
import { navigation } from "./collect.ts";
import { BrokenGuard } from "./failure.tsx";
import { useLanguage, useShellTexts } from "./language.tsx";
import { LogoWithName } from "./logo.tsx";
import { StaffRoutes } from "./routes.tsx";
import { findActiveEntry, groupEntries, type NavigationEntry } from "./screens.ts";
import { useSession } from "./session.tsx";
import { StaffMenu } from "./staff-menu.tsx";
import { TenantMenu } from "./tenant-menu.tsx";
import { translate } from "./translate.ts";

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
          <Entries onLeave={close} />
          <StaffMenu onLeave={close} />
        </Stack>
      </AppShell.Navbar>
      <AppShell.Main id="content">
        <div className="content">
          {/* A broken screen is forgotten on the way to another. */}
          <BrokenGuard key={path}>
            <Suspense fallback={<Waiting />}>
              <StaffRoutes />
            </Suspense>
          </BrokenGuard>
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

function Entries({ onLeave }: { onLeave: () => void }) {
  const [path] = useLocation();
  const { language } = useLanguage();
  const { permissions } = useSession();
  const t = useShellTexts();
  const active = findActiveEntry(navigation, path);
  const list = useRef<HTMLDivElement>(null);
  const activePath = active?.path;
  // The entry of the page that was opened may stand below the edge.
  useEffect(() => {
    if (activePath === undefined) return;
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [activePath]);
  return (
    <div className="navigation-entries" ref={list}>
      {groupEntries(navigation.filter(isShown)).map(({ section, entries }) => (
        <section key={section} aria-label={section === "now" ? undefined : t(`section-${section}`)}>
          {section !== "now" && <div className="navigation-heading">{t(`section-${section}`)}</div>}
          {entries.map((entry) => (
            <NavLink
              key={entry.path}
              component={Link}
              href={entry.path}
              onClick={onLeave}
              active={entry === active}
              aria-current={entry === active ? "page" : undefined}
              label={translate(language, entry.label[language])}
              leftSection={<entry.icon size={18} stroke={1.7} />}
              variant="light"
              className="navigation-entry"
            />
          ))}
        </section>
      ))}
    </div>
  );

  function isShown({ permission }: NavigationEntry): boolean {
    return permission === undefined || permissions.includes(permission);
  }
}

export function Waiting() {
  const t = useShellTexts();
  return (
    <Center h="60vh" aria-busy="true">
      <Loader size="sm" type="dots" aria-label={t("loading")} />
    </Center>
  );
}
