import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { Link } from "wouter";
import { ApiError } from "../../../shell/api.ts";
import { Door } from "../../../shell/door.tsx";
import { Failure } from "../../../shell/failure.tsx";
import { ToSignIn } from "./ask-mail.tsx";
import { useTexts } from "./texts.ts";

/**
 * The token of a link out of a mail. It stands behind the #, which no server is told, and is taken
 * off the address at once: neither history nor a screenshot keeps it.
 */
export function useMailedToken(): string {
  const [token, setToken] = useState(() => window.location.hash.slice(1));
  useEffect(() => {
    const take = () => {
      const given = window.location.hash.slice(1);
      if (given === "") return;
      setToken(given);
      window.history.replaceState(null, "", window.location.pathname);
    };
    take();
    // A link that is opened in a tab that shows this page already loads nothing anew.
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, []);
  return token;
}

export const isSpent = (error: unknown) => error instanceof ApiError && error.code === "not-found";

/** A link that was used, or is too old, or that the page was opened without. */
export function SpentMailedLink({ again }: { again: string | null }) {
  const t = useTexts();
  return (
    <Door title={t("link-spent")} below={<ToSignIn />}>
      <Stack gap="md">
        <Text size="sm">{t("mailed-link-spent-hint")}</Text>
        {again && (
          <Button component="a" href={again} variant="default" fullWidth>
            {t("ask-again")}
          </Button>
        )}
      </Stack>
    </Door>
  );
}

/** Until it is known whose link it is. */
export function OpeningLink(props: { title: string; error: unknown; retry: () => void }) {
  return (
    <Door title={props.title}>
      {props.error ? (
        <Failure error={props.error} retry={props.retry} />
      ) : (
        <Stack aria-busy="true">
          <Skeleton height={36} />
          <Skeleton height={36} />
        </Stack>
      )}
    </Door>
  );
}

/** What came of it, and the way on. */
export function Dealt({ title, children }: { title: string; children: ReactNode }) {
  const t = useTexts();
  return (
    <Door title={title}>
      <Stack gap="md">
        <Text size="sm" role="status">
          {children}
        </Text>
        <Button component={Link} href="/sign-in" fullWidth>
          {t("to-sign-in")}
        </Button>
      </Stack>
    </Door>
  );
}
