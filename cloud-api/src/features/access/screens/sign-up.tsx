import { Anchor, Skeleton, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { api } from "../../../shell/api.ts";
import { Door } from "../../../shell/door.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { enterSession, type Session } from "../../../shell/session.tsx";
import { AskMail } from "./ask-mail.tsx";
import { isSpent, OpeningLink, SpentMailedLink, useMailedToken } from "./mailed-link.tsx";
import { NewAccount } from "./new-account.tsx";
import { useTexts } from "./texts.ts";

/** A new company from nothing but a browser, where the operator allows it. */
export function SignUp() {
  const t = useTexts();
  const token = useMailedToken();
  const { data } = useQuery({
    queryKey: ["sign-up"],
    queryFn: ({ signal }) => api.get<{ enabled: boolean; byMail: boolean }>("/sign-up", signal),
  });
  if (data?.enabled === false)
    return (
      <Door title={t("sign-up-off")} below={<HaveAccount />}>
        <Text size="sm">{t("sign-up-off-hint")}</Text>
      </Door>
    );
  if (!data)
    return (
      <Door title={t("sign-up")} hint={t("sign-up-hint")} below={<HaveAccount />}>
        <Skeleton height={260} />
      </Door>
    );
  if (!data.byMail) return <NewCompany />;
  if (token !== "") return <ProvedCompany token={token} />;
  return (
    <AskMail
      path="/sign-up/mails"
      title={t("sign-up")}
      hint={t("sign-up-mail-hint")}
      sentHint="sign-up-sent-hint"
    />
  );
}

/** By a link out of a mail, which proves the address. */
function ProvedCompany({ token }: { token: string }) {
  const t = useTexts();
  const { data, error, refetch } = useQuery({
    queryKey: ["sign-up", token],
    queryFn: () => api.post<{ email: string }>("/sign-up/open", { token }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (isSpent(error)) return <SpentMailedLink again="/sign-up" />;
  if (!data) return <OpeningLink title={t("sign-up")} error={error} retry={() => refetch()} />;
  return <NewCompany proof={{ token, email: data.email }} />;
}

function NewCompany({ proof }: { proof?: { token: string; email: string } }) {
  const t = useTexts();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const { language } = useLanguage();
  const signUp = useMutation({
    mutationKey: ["sign-in"],
    mutationFn: (fields: Record<string, string>) =>
      api.post<Session>("/sign-up", { ...fields, ...(proof && { token: proof.token }), language }),
    onSuccess: (session) => {
      enterSession(queries, session);
      navigate("/", { replace: true });
    },
  });
  return (
    <Door
      title={t("sign-up")}
      hint={proof ? t("sign-up-as", { email: proof.email }) : t("sign-up-hint")}
      below={<HaveAccount />}
    >
      <NewAccount
        asksTenant
        {...(proof && { email: proof.email })}
        error={signUp.error}
        isPending={signUp.isPending}
        send={(fields) => signUp.mutate(fields)}
      />
    </Door>
  );
}

function HaveAccount() {
  const t = useTexts();
  return (
    <>
      {t("have-account")}{" "}
      <Anchor component={Link} href="/sign-in" size="sm" underline="always">
        {t("sign-in")}
      </Anchor>
    </>
  );
}
