import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { ApiError, api } from "../../../shell/api.ts";
import { Door } from "../../../shell/door.tsx";
import { useErrorSentence } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { enterSession, type Session } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { readForm } from "./form.ts";
import { useTexts } from "./texts.ts";

type Credentials = { email: string; password: string; code?: string };

/** Email and password, then the six digits for those who set them up. */
export function SignIn() {
  const t = useTexts();
  const queries = useQueryClient();
  const [known, setKnown] = useState<Credentials | null>(null);
  const signUp = useQuery({
    queryKey: ["sign-up"],
    queryFn: ({ signal }) => api.get<{ enabled: boolean }>("/sign-up", signal),
  });
  const signIn = useMutation({
    mutationKey: ["sign-in"],
    mutationFn: (credentials: Credentials) => api.post<Session>("/session", credentials),
    onSuccess: (session) => enterSession(queries, session),
    onError: (error, credentials) => {
      if (error instanceof ApiError && error.needsCode) setKnown(credentials);
    },
  });
  const start = (fields: Record<string, string>) =>
    signIn.mutate({ email: fields.email ?? "", password: fields.password ?? "" });

  if (known)
    return (
      <CodeStep
        error={signIn.variables?.code ? signIn.error : null}
        isPending={signIn.isPending}
        send={(code) => signIn.mutate({ ...known, code })}
        back={() => {
          setKnown(null);
          signIn.reset();
        }}
      />
    );
  return (
    <Door
      title={t("sign-in")}
      hint={t("sign-in-hint")}
      below={
        signUp.data?.enabled && (
          <>
            {t("no-company-yet")}{" "}
            <Anchor component={Link} href="/sign-up" size="sm" underline="always">
              {t("sign-up-link")}
            </Anchor>
          </>
        )
      }
    >
      <Form onSubmit={(event) => start(readForm(event))}>
        <Stack>
          <TextInput
            name="email"
            type="email"
            label={t("email")}
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
          />
          <PasswordInput
            name="password"
            label={t("password")}
            autoComplete="current-password"
            required
            withAsterisk={false}
          />
          <SignInRefusal error={signIn.error} />
          <Button type="submit" loading={signIn.isPending} fullWidth>
            {t("sign-in")}
          </Button>
          <Anchor component={Link} href="/forgot-password" size="sm" ta="center">
            {t("forgot")}
          </Anchor>
        </Stack>
      </Form>
    </Door>
  );
}

type CodeStepProps = {
  error: unknown;
  isPending: boolean;
  send: (code: string) => void;
  back: () => void;
};

function CodeStep({ error, isPending, send, back }: CodeStepProps) {
  const t = useTexts();
  return (
    <Door title={t("code-title")} hint={t("code-hint")}>
      <Form onSubmit={(event) => send((readForm(event).code ?? "").replace(/\s/g, ""))}>
        <Stack>
          <TextInput
            name="code"
            label={t("code")}
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={32}
            required
            withAsterisk={false}
            autoFocus
            styles={{ input: { fontSize: "1.25rem", letterSpacing: "0.12em" } }}
          />
          <SignInRefusal error={error} wrong={t("code-wrong")} />
          <Button type="submit" loading={isPending} fullWidth>
            {t("go-on")}
          </Button>
          <Button variant="subtle" onClick={back} fullWidth>
            {t("other-account")}
          </Button>
        </Stack>
      </Form>
    </Door>
  );
}

/** A refusal says the same for an unknown address as for a wrong password. */
function SignInRefusal({ error, wrong }: { error: unknown; wrong?: string }) {
  const t = useTexts();
  const say = useErrorSentence();
  const format = useFormat();
  if (!error) return null;
  return (
    <Alert color="red" variant="light" role="alert" py="xs">
      <Text size="sm">{findSentence()}</Text>
    </Alert>
  );

  function findSentence(): string {
    if (!(error instanceof ApiError)) return say(error);
    if (error.code === "unauthorized") return wrong ?? t("sign-in-wrong");
    if (error.code === "invalid") return t("sign-in-wrong");
    // Nobody is signed in yet, so what is forbidden is the origin of the request.
    if (error.code === "forbidden") return t("not-this-address");
    if (error.code !== "busy") return say(error);
    const seconds = error.retryAfterSeconds;
    return seconds ? t("too-many-for", { wait: format.duration(seconds) }) : t("too-many");
  }
}
