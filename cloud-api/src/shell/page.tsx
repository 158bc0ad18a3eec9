import { Anchor, Box, Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { Link } from "wouter";
import { HelpLink } from "./help-link.tsx";
import { useShellTexts } from "./language.tsx";

type PageProps = {
  title: string;
  /** One line below the title: the answer before the controls. */
  summary?: ReactNode;
  /** What can be done here, at the right of the title. */
  actions?: ReactNode;
  /** Where this page belongs, above the title. */
  parent?: { path: string; label: string };
  children: ReactNode;
};

/** The frame of every staff screen: its title, which a change of page moves the focus to. */
export function Page({ title, summary, actions, parent, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Foyer`;
  }, [title]);
  useEffect(() => {
    // The first page is left as the browser opened it; later ones are announced by their title.
    if (document.body.dataset.moved === "yes") heading.current?.focus({ preventScroll: true });
    document.body.dataset.moved = "yes";
  }, []);
  return (
    <Stack gap="lg">
      <Group className="page-head" justify="space-between" align="flex-end" gap="sm">
        <Box miw={0}>
          {parent && (
            <Anchor component={Link} href={parent.path} size="sm">
              ← {parent.label}
            </Anchor>
          )}
          <Group gap="xs" wrap="nowrap">
            <Title
              order={1}
              ref={heading}
              tabIndex={-1}
              className="two-lines"
              title={title}
              style={{ outline: "none" }}
            >
              {title}
            </Title>
            <HelpLink />
          </Group>
          {summary && (
            <Text component="div" size="sm" className="quiet">
              {summary}
            </Text>
          )}
        </Box>
        {actions && (
          <Group gap="sm" w={{ base: "100%", xs: "auto" }} className="page-actions">
            {actions}
          </Group>
        )}
      </Group>
      {children}
    </Stack>
  );
}

type SectionProps = {
  title: string;
  hint?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** The content brings its own inner edge, as a table does. */
  flush?: boolean;
};

/** A titled surface. */
export function Section({ title, hint, actions, children, flush = false }: SectionProps) {
  return (
    <Box component="section" className="surface" aria-label={title}>
      <Group
        justify="space-between"
        align="flex-start"
        gap="sm"
        px="md"
        pt="sm"
        pb={flush ? "xs" : 0}
      >
        {/* Where what can be done does not fit beside it, it stands below. */}
        <Box flex="1 1 180px" miw={0} className="any-length">
          <Title order={2}>{title}</Title>
          {hint && (
            <Text component="div" size="xs" className="quiet">
              {hint}
            </Text>
          )}
        </Box>
        {actions}
      </Group>
      <Box px={flush ? 0 : "md"} pb={flush ? 0 : "md"} pt={flush ? 0 : "xs"}>
        {children}
      </Box>
    </Box>
  );
}

type EmptyProps = { title: string; hint?: ReactNode; action?: ReactNode };

/** Nothing to show, and what to do next. */
export function Empty({ title, hint, action }: EmptyProps) {
  return (
    <Stack align="center" gap={6} py={40} px="md" ta="center">
      <Text fw={600}>{title}</Text>
      {hint && (
        <Text component="div" size="sm" className="quiet" maw={440}>
          {hint}
        </Text>
      )}
      {action && <Box mt="xs">{action}</Box>}
    </Stack>
  );
}

export function NothingHere() {
  const t = useShellTexts();
  return (
    <Page title={t("nothing-here")}>
      <Empty
        title={t("nothing-here-hint")}
        action={
          <Anchor component={Link} href="/">
            {t("to-overview")}
          </Anchor>
        }
      />
    </Page>
  );
}
