import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Door } from "../../../shell/door.tsx";
import { AskMail, ToSignIn } from "./ask-mail.tsx";
import { useTexts } from "./texts.ts";

/** The way in for somebody who forgot their password. */
export function Forgot() {
  const t = useTexts();
  const { data } = useQuery({
    queryKey: ["password-resets"],
    queryFn: ({ signal }) => api.get<{ enabled: boolean }>("/password-resets", signal),
  });
  if (data?.enabled === false)
    return (
      <Door title={t("mail-off")} below={<ToSignIn />}>
        <Text size="sm">{t("mail-off-hint")}</Text>
      </Door>
    );
  return (
    <AskMail
      path="/password-resets"
      title={t("forgot-title")}
      hint={t("forgot-hint")}
      sentHint="mail-sent-hint"
    />
  );
}
