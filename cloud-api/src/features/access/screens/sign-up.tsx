import { Anchor, Skeleton, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { api } from "../../../shell/api.ts";
import { Door } from "../../../shell/door.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { enterSession, type Session } from "../../../shell/session.tsx";
import { NewAccount } from "./new-account.tsx";
import { useTexts } from "./texts.ts";

/** A new company from nothing but a browser, where the operator allows it. */
export function SignUp() {
  const t = useTexts();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const { language } = useLanguage();
  const { data } = useQuery({
    queryKey: ["sign-up"],
    queryFn: ({ signal }) => api.get<{ enabled: boolean }>("/sign-up", signal),
  });
  const signUp = useMutation({
    mutationKey: ["sign-in"],
    mutationFn: (fields: Record<string, string>) =>
      api.post<Session>("/sign-up", { ...fields, language }),
    onSuccess: (session) => {
      enterSession(queries, session);
      navigate("/", { replace: true });
    },
  });
  const back = (
    <>
      {t("have-account")}{" "}
      <Anchor component={Link} href="/sign-in" size="sm" underline="always">
        {t("sign-in")}
      </Anchor>
    </>
  );
  if (data?.enabled === false)
    return (
      <Door title={t("sign-up-off")} below={back}>
        <Text size="sm">{t("sign-up-off-hint")}</Text>
      </Door>
    );
  return (
    <Door title={t("sign-up")} hint={t("sign-up-hint")} below={back}>
      {data ? (
        <NewAccount
          asksTenant
          error={signUp.error}
          isPending={signUp.isPending}
          send={(fields) => signUp.mutate(fields)}
        />
      ) : (
        <Skeleton height={260} />
      )}
    </Door>
  );
}
