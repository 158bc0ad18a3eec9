import { Anchor, Box, Button, Container, Group } from "@mantine/core";
import { type ReactNode, Suspense, useEffect } from "react";
import { Link } from "wouter";
import { Waiting } from "./frame.tsx";
import { useLanguage, useShellTexts } from "./language.tsx";
import { LogoWithName } from "./logo.tsx";
import { AccountRoute, OperatorRoutes } from "./routes.tsx";
import { type Session, SessionProvider, useSignOut } from "./session.tsx";

/** What whoever runs this Foyer sees of it: outside of every company. */
export function Operating({ session }: { session: Session }) {
  const t = useShellTexts();
  const back = (
    <Anchor component={Link} href="/" size="sm">
      {t("to-company")}
    </Anchor>
  );
  return (
    <Bare session={session} corner={back}>
      <OperatorRoutes />
    </Bare>
  );
}

/** All that is open to somebody of whom two-step sign-in is asked first: their own account. */
export function Unfinished({ session }: { session: Session }) {
  const t = useShellTexts();
  const signOut = useSignOut();
  const leave = (
    <Button size="compact-sm" variant="default" onClick={signOut}>
      {t("sign-out")}
    </Button>
  );
  return (
    <Bare session={session} corner={leave}>
      <AccountRoute />
    </Bare>
  );
}

type BareProps = { session: Session; corner: ReactNode; children: ReactNode };

/** A page in no company, so without its navigation. */
function Bare({ session, corner, children }: BareProps) {
  const { chooseLanguage } = useLanguage();
  const own = session.staff.language;
  useEffect(() => chooseLanguage(own), [own]);
  return (
    <SessionProvider value={session}>
      <Box className="door">
        <Group justify="space-between" p="md">
          <LogoWithName />
          {corner}
        </Group>
        <Container component="main" size="lg" w="100%" pb="xl">
          <Suspense fallback={<Waiting />}>{children}</Suspense>
        </Container>
      </Box>
    </SessionProvider>
  );
}
