import { Stack, Switch, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { useMay, useSession } from "../../../shell/session.tsx";
import type { SilenceMails } from "../schema.ts";
import { useTexts } from "./texts.ts";

const PATH = "/me/silence-mails";
const KEY = ["silence-mails"];

/** Whether whoever is signed in is written to of silent branches, and what became of the last mail. */
export function SilenceMailsChoice({ timeZone }: { timeZone: string }) {
  const t = useTexts();
  const mayChange = useMay("boxes.edit");
  const { staff } = useSession();
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<SilenceMails>(PATH, signal),
  });
  const choose = useMutation({
    mutationFn: (isOn: boolean) => api.put<SilenceMails>(PATH, { isOn }),
    onSuccess: (chosen) => queries.setQueryData(KEY, chosen),
  });
  if (!data || !mayChange) return null;
  const isOn = choose.isPending ? choose.variables : data.isOn;
  return (
    <Stack gap={6}>
      <Switch
        label={t("mails")}
        description={data.sendsMail ? t("mails-hint", { email: staff.email }) : t("mails-none")}
        checked={isOn}
        // Whoever chose it before may take it back, whatever became of the mail server.
        disabled={!data.sendsMail && !isOn}
        onChange={(event) => choose.mutate(event.currentTarget.checked)}
      />
      {data.last && (
        <Text size="xs" className="quiet any-length">
          {t("mails-last")} <Moment at={data.last.createdAt} timeZone={timeZone} />,{" "}
          {t(`mails-${data.last.state}`, { detail: data.last.detail ?? "" })}
        </Text>
      )}
      <Refusal error={choose.error} />
    </Stack>
  );
}
