import { Anchor, Box, Container, Group } from "@mantine/core";
import { Suspense, useEffect } from "react";
import { Link } from "wouter";
import { Waiting } from "./frame.tsx";
import { useLanguage, useShellTexts } from "./language.tsx";
import { LogoWithName } from "./logo.tsx";
import { OperatorRoutes } from "./routes.tsx";
import { type Session, SessionProvider } from "./session.tsx";

/** The frame of what whoever runs this Foyer sees of it: outside of every company. */
export function Operating({ session }: { session: Session }) {
  const t = useShellTexts();
  const { chooseLanguage } = useLanguage();
  const own = session.staff.language;
  useEffect(() => chooseLanguage(own), [own]);
  return (
    <SessionProvider value={session}>
      <Box className="door">
        <Group justify="space-between" p="md">
          <LogoWithName />
          <Anchor component={Link} href="/" size="sm">
            {t("to-company")}
          </Anchor>
        </Group>
        <Container component="main" size="lg" w="100%">
          <Suspense fallback={<Waiting />}>
            <OperatorRoutes />
          </Suspense>
        </Container>
      </Box>
    </SessionProvider>
  );
}
