import { Anchor, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useLocation, useSearch } from "wouter";
import { ApiError, api } from "../../../shell/api.ts";
import { Door } from "../../../shell/door.tsx";
import { Failure } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { enterSession, type Session } from "../../../shell/session.tsx";
import { NewAccount } from "./new-account.tsx";
import { useTexts } from "./texts.ts";

type FirstSignInToken = { kind: "operator" | "invitation"; tenantName?: string };

/** Where the one-time link leads: the operator begins a company, an invited person joins one. */
export function FirstSignIn() {
  const t = useTexts();
  const token = new URLSearchParams(useSearch()).get("token") ?? "";
  const { data, error, refetch } = useQuery({
    queryKey: ["first-sign-in", token],
    queryFn: ({ signal }) =>
      api.get<FirstSignInToken>(`/first-sign-in/${encodeURIComponent(token)}`, signal),
    enabled: token !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });
  const isSpent = token === "" || (error instanceof ApiError && error.code === "not-found");
  if (isSpent) return <SpentLink />;
  if (error)
    return (
      <Door title={t("first-sign-in")}>
        <Failure error={error} retry={refetch} />
      </Door>
    );
  if (!data)
    return (
      <Door title={t("first-sign-in")}>
        <Stack aria-busy="true">
          <Skeleton height={36} />
          <Skeleton height={36} />
          <Skeleton height={36} />
        </Stack>
      </Door>
    );
  return <Join token={token} kind={data.kind} tenantName={data.tenantName} />;
}

type JoinProps = {
  token: string;
  kind: FirstSignInToken["kind"];
  tenantName: string | undefined;
};

function Join({ token, kind, tenantName }: JoinProps) {
  const t = useTexts();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const { language } = useLanguage();
  const join = useMutation({
    mutationKey: ["sign-in"],
    mutationFn: (fields: Record<string, string>) =>
      api.post<Session>("/first-sign-in", { ...fields, token, language }),
    onSuccess: (session) => {
      enterSession(queries, session);
      navigate("/", { replace: true });
    },
  });
  const isOperator = kind === "operator";
  return (
    <Door
      title={isOperator ? t("first-sign-in") : t("join", { tenant: tenantName ?? "" })}
      hint={sayHint()}
    >
      <NewAccount
        asksTenant={isOperator && tenantName === undefined}
        error={join.error}
        isPending={join.isPending}
        send={(fields) => join.mutate(fields)}
      />
    </Door>
  );

  function sayHint(): string {
    if (!isOperator) return t("join-hint");
    if (tenantName === undefined) return t("first-sign-in-hint");
    return t("first-sign-in-of", { tenant: tenantName });
  }
}

function SpentLink() {
  const t = useTexts();
  return (
    <Door title={t("link-spent")}>
      <Stack gap="md">
        <Text size="sm">{t("link-spent-hint")}</Text>
        <Anchor component={Link} href="/sign-in" size="sm" underline="always">
          {t("to-sign-in")}
        </Anchor>
      </Stack>
    </Door>
  );
}
