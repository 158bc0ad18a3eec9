import { Button, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Door } from "../../../shell/door.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { refreshSession } from "../../../shell/session.tsx";
import { Dealt, isSpent, SpentMailedLink, useMailedToken } from "./mailed-link.tsx";
import { useTexts } from "./texts.ts";

/**
 * Where the link of a mail about one's account leads. Opening it does nothing: what looks through
 * mails for bad links opens them all.
 */
export function NotMe() {
  const t = useTexts();
  const queries = useQueryClient();
  const token = useMailedToken();
  const lock = useMutation({
    mutationFn: () => api.post("/sign-in-alerts/disown", { token }),
    onSuccess: () => refreshSession(queries),
  });
  if (lock.isSuccess) return <Dealt title={t("not-me-done")}>{t("not-me-done-hint")}</Dealt>;
  if (token === "" || isSpent(lock.error)) return <SpentMailedLink again={null} />;
  return (
    <Door title={t("not-me")} hint={t("not-me-hint")}>
      <Stack>
        <Refusal error={lock.error} />
        <Button color="red" fullWidth loading={lock.isPending} onClick={() => lock.mutate()}>
          {t("not-me-do")}
        </Button>
      </Stack>
    </Door>
  );
}
