import { Switch } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { useSession } from "../../../shell/session.tsx";
import type { CaseMailsReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

const PATH = "/me/case-mails";
const KEY = ["case-mails"];

/** Whether whoever is signed in is written to of low answers. */
export function MailChoice() {
  const t = useTexts();
  const { staff } = useSession();
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<CaseMailsReply>(PATH, signal),
  });
  const choose = useMutation({
    mutationFn: (isOn: boolean) => api.put<CaseMailsReply>(PATH, { isOn }),
    onSuccess: (chosen) => queries.setQueryData(KEY, chosen),
  });
  if (!data) return null;
  return (
    <div>
      <Switch
        label={t("mails")}
        description={data.sendsMail ? t("mails-hint", { email: staff.email }) : t("mails-none")}
        checked={choose.isPending ? choose.variables : data.isOn}
        disabled={!data.sendsMail}
        onChange={(event) => choose.mutate(event.currentTarget.checked)}
      />
      <Refusal error={choose.error} />
    </div>
  );
}
