import { Alert, Button, Group, SimpleGrid, Stack, Switch, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconClock } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useNow } from "../../../shell/clock.ts";
import { Fact } from "../../../shell/fact.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Section } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import { judgeStanding } from "../rules.ts";
import type { BoxCertificate } from "../schema.ts";
import { useTexts } from "./texts.ts";

/** An order takes a minute or two, and nothing else tells that it is done. */
const AGAIN_MILLISECONDS = 10_000;

/** On a box's page: its public name, and how it is with the certificate. */
export function CertificatePanel({ id }: { id: string }) {
  const t = useTexts();
  const { data } = useQuery({
    queryKey: ["box-certificate", id],
    queryFn: ({ signal }) => api.get<BoxCertificate>(`/boxes/${id}/certificate`, signal),
    refetchInterval: AGAIN_MILLISECONDS,
    meta: { live: true },
  });
  if (!data?.isOffered) return null;
  return (
    <Section title={t("title")} hint={t("hint")}>
      <Stack gap="md">
        <Standing certificate={data} />
        <Facts certificate={data} />
        {data.state === "ordered" && (data.turnAt === null || data.trouble !== null) && (
          <AskAgain id={id} />
        )}
        {data.name !== null && <AddressSwitch id={id} certificate={data} />}
      </Stack>
    </Section>
  );
}

const LOOKS = {
  right: { color: undefined, icon: <IconCircleCheck size={18} /> },
  waiting: { color: "gray", icon: <IconClock size={18} /> },
  wrong: { color: "orange", icon: <IconAlertTriangle size={18} /> },
} as const;

function Standing({ certificate }: { certificate: BoxCertificate }) {
  const t = useTexts();
  const standing = judgeStanding(certificate, new Date(useNow()));
  const { trouble, detail, servedUntil } = certificate;
  const isWrong = standing === "failed" || standing === "fallback";
  const { color, icon } = LOOKS[isWrong ? "wrong" : standing === "served" ? "right" : "waiting"];
  const isServing = servedUntil !== null && standing !== "served";
  return (
    <Alert variant="light" icon={icon} title={t(standing)} {...(color ? { color } : {})}>
      {standing === "failed" && trouble !== null ? (
        <>
          {t(`trouble-${trouble}`)} {isServing ? t("renewing-hint") : t("whoever-runs")}
          {detail !== null && (
            <Text size="xs" className="quiet any-length" mt={4}>
              {t("detail", { detail })}
            </Text>
          )}
        </>
      ) : (
        standing !== "failed" && <Hint standing={standing} isServing={isServing} />
      )}
    </Alert>
  );
}

/** Whoever has a certificate that is good hears that it goes on, and in the queue why it waits. */
function Hint(props: {
  standing: Exclude<ReturnType<typeof judgeStanding>, "failed">;
  isServing: boolean;
}) {
  const t = useTexts();
  const { standing, isServing } = props;
  const hint = t(`${standing}-hint`);
  if (!isServing) return standing === "queued" ? `${hint} ${t("queued-http")}` : hint;
  return standing === "queued" ? `${hint} ${t("renewing-hint")}` : t("renewing-hint");
}

function Facts({ certificate }: { certificate: BoxCertificate }) {
  const t = useTexts();
  const { name, validUntil, nextTryAt, timeZone, trouble, turnAt } = certificate;
  if (name === null) return null;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="md" verticalSpacing="md">
      <Fact label={t("name")}>
        <span className="any-length">{name}</span>
      </Fact>
      {validUntil !== null && (
        <Fact label={t("valid-until")}>
          <Moment at={validUntil} timeZone={timeZone} />
        </Fact>
      )}
      {turnAt !== null && (
        <Fact label={t("turn")}>
          <Moment at={turnAt} timeZone={timeZone} />
        </Fact>
      )}
      {trouble !== null && turnAt === null && nextTryAt !== null && (
        <Fact label={t("next-try")}>
          <Moment at={nextTryAt} timeZone={timeZone} />
        </Fact>
      )}
    </SimpleGrid>
  );
}

function AddressSwitch({ id, certificate }: { id: string; certificate: BoxCertificate }) {
  const t = useTexts();
  const mayChange = useMay("boxes.edit");
  const queries = useQueryClient();
  const choose = useMutation({
    mutationFn: (publishesAddress: boolean) =>
      api.put<BoxCertificate>(`/boxes/${id}/certificate/address`, { publishesAddress }),
    onSuccess: (saved) => queries.setQueryData(["box-certificate", id], saved),
  });
  const { address, publishesAddress, publishedAddress } = certificate;
  const hint = address === null ? t("publishes-unknown") : t("publishes-hint", { address });
  return (
    <div>
      <Switch
        label={t("publishes")}
        description={
          publishedAddress === null ? hint : t("published", { address: publishedAddress })
        }
        checked={publishesAddress}
        disabled={!mayChange || choose.isPending}
        onChange={(event) => choose.mutate(event.currentTarget.checked)}
      />
      <Refusal error={choose.error} />
    </div>
  );
}

function AskAgain({ id }: { id: string }) {
  const t = useTexts();
  const mayAsk = useMay("boxes.edit");
  const queries = useQueryClient();
  const ask = useMutation({
    mutationFn: () => api.post<BoxCertificate>(`/boxes/${id}/certificate/orders`, {}),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["box-certificate", id] }),
  });
  if (!mayAsk) return null;
  return (
    <Group gap="md">
      <Button variant="default" loading={ask.isPending} onClick={() => ask.mutate()}>
        {t("ask-again")}
      </Button>
      {ask.isSuccess && (
        <Text size="sm" role="status">
          {t("asked")}
        </Text>
      )}
      <Refusal error={ask.error} />
    </Group>
  );
}
