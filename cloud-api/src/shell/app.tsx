import { Button, Center, MantineProvider, Stack } from "@mantine/core";
import { DatesProvider } from "@mantine/dates";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Suspense, useEffect } from "react";
import { Link, Redirect, useLocation } from "wouter";
import { Door } from "./door.tsx";
import { BrokenGuard, Failure, Refusal } from "./failure.tsx";
import { Frame, Waiting } from "./frame.tsx";
import { LanguageProvider, useLanguage, useShellTexts } from "./language.tsx";
import { LiveProvider } from "./live.tsx";
import { NamedButtons } from "./named-buttons.tsx";
import { Operating, Unfinished } from "./operating.tsx";
import { isForAnyone, isForOperators, PublicRoutes } from "./routes.tsx";
import {
  type Session,
  SessionProvider,
  useEnterTenant,
  useSessionQuery,
  useSignOut,
} from "./session.tsx";
import { theme } from "./theme.ts";

/** The staff app. */
export function App({ queries }: { queries: QueryClient }) {
  return (
    <QueryClientProvider client={queries}>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <LanguageProvider>
          <NamedButtons>
            <BrokenGuard>
              <Gate />
            </BrokenGuard>
          </NamedButtons>
        </LanguageProvider>
      </MantineProvider>
    </QueryClientProvider>
  );
}

/** Shows the staff their company, and everyone else the door. */
function Gate() {
  const [path] = useLocation();
  const { data: session, error, isPending, refetch } = useSessionQuery();
  if (isPending) return <Waiting />;
  if (error)
    return (
      <Center h="100vh" p="md">
        <Stack maw={480}>
          <Failure error={error} retry={refetch} />
        </Stack>
      </Center>
    );
  if (!session || isForAnyone(path))
    return (
      <Suspense fallback={<Waiting />}>
        <PublicRoutes />
      </Suspense>
    );
  if (path === "/sign-in" || path === "/sign-up") return <Redirect to="/" replace />;
  if (session.isOperator && isForOperators(path))
    return session.operatingNeedsSecondFactor ? (
      <Unfinished session={session} />
    ) : (
      <Operating session={session} />
    );
  if (session.tenantId === null) return <WithoutTenant session={session} />;
  if (session.needsSecondFactor) return <Unfinished session={session} />;
  return <Inside session={session} />;
}

/** Somebody who was removed from the company they looked at: another may be theirs still. */
function WithoutTenant({ session }: { session: Session }) {
  const t = useShellTexts();
  const signOut = useSignOut();
  const enter = useEnterTenant(session);
  const open = session.tenants.filter(({ isSuspended }) => !isSuspended);
  const suspended = session.tenants.filter(({ isSuspended }) => isSuspended);
  const isSomewhere = open.length > 0;
  return (
    <Door
      title={t(isSomewhere ? "other-tenants" : "no-tenant")}
      hint={isSomewhere ? t("other-tenants-hint") : sayWhy()}
    >
      <Stack gap="sm">
        {session.isOperator && (
          <Button component={Link} href="/operator" fullWidth variant="default">
            {t("operate")}
          </Button>
        )}
        {open.map((tenant) => (
          <Button key={tenant.id} fullWidth onClick={() => enter.mutate(tenant.id)}>
            {tenant.name}
          </Button>
        ))}
        <Refusal error={enter.error} />
        <Button fullWidth variant="default" onClick={signOut}>
          {t("sign-out")}
        </Button>
      </Stack>
    </Door>
  );

  function sayWhy(): string {
    const names = suspended.map(({ name }) => name).join(", ");
    return names === "" ? t("no-tenant-hint") : t("suspended-hint", { names });
  }
}

function Inside({ session }: { session: Session }) {
  const { language, chooseLanguage } = useLanguage();
  const own = session.staff.language;
  // The person's own language wins over what this browser asks for, once it is known who they are.
  useEffect(() => chooseLanguage(own), [own]);
  return (
    <SessionProvider value={session}>
      <DatesProvider settings={{ locale: language, firstDayOfWeek: 1 }}>
        <LiveProvider tenantId={session.tenantId}>
          <Frame key={session.tenantId} />
        </LiveProvider>
      </DatesProvider>
    </SessionProvider>
  );
}
