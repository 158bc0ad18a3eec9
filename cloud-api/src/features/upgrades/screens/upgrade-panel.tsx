import { Alert, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Fact } from "../../../shell/fact.tsx";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import { RINGS } from "../rules.ts";
import type { BoxUpgrade } from "../schema.ts";
import { useReasonWords } from "./reason-words.ts";
import { useTexts } from "./texts.ts";

const AGAIN_MILLISECONDS = 60_000;

/** On a box's page: its release, when it has the next one, and what became of the last. */
export function UpgradePanel({ id }: { id: string }) {
  const t = useTexts();
  const { data, error, refetch } = useQuery({
    queryKey: ["box-upgrade", id],
    queryFn: ({ signal }) => api.get<BoxUpgrade>(`/boxes/${id}/upgrade`, signal),
    refetchInterval: AGAIN_MILLISECONDS,
    meta: { live: true },
  });
  if (error && !data) return <Failure error={error} retry={refetch} />;
  if (!data) return null;
  return (
    <Section title={t("title")} hint={t("hint")}>
      <Stack gap="md">
        {data.askedAt === null ? (
          <Empty title={t("never-asked")} hint={t("never-asked-hint")} />
        ) : (
          <>
            <Last upgrade={data} />
            <Facts upgrade={data} />
          </>
        )}
        <RingSelect id={id} upgrade={data} />
      </Stack>
    </Section>
  );
}

type PartProps = { upgrade: BoxUpgrade };

function Last({ upgrade: { last, timeZone } }: PartProps) {
  const t = useTexts();
  const say = useReasonWords();
  if (last === null)
    return (
      <Text size="sm" className="quiet">
        {t("no-last")}
      </Text>
    );
  const { outcome, version, reason, at } = last;
  const isWell = outcome === "upgraded";
  return (
    <Alert
      variant="light"
      icon={isWell ? <IconCircleCheck size={18} /> : <IconAlertTriangle size={18} />}
      title={t(`last-${outcome}`, { version })}
      {...(isWell ? {} : { color: "orange" })}
    >
      <Moment at={at} timeZone={timeZone} />
      {reason !== null && <span className="any-length"> · {say(reason)}</span>}
    </Alert>
  );
}

function Facts({ upgrade: { release, offered, quiet, timeZone } }: PartProps) {
  const t = useTexts();
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="md" verticalSpacing="md">
      <Fact label={t("release")}>{release}</Fact>
      <Fact label={t("offered")}>{offered ?? t("nothing-offered")}</Fact>
      {quiet !== null && (
        <Fact label={t("quiet")}>
          <Moment at={quiet.from} timeZone={timeZone} /> –{" "}
          <Moment at={quiet.until} timeZone={timeZone} form="clock" />
        </Fact>
      )}
    </SimpleGrid>
  );
}

function RingSelect({ id, upgrade }: PartProps & { id: string }) {
  const t = useTexts();
  const mayChange = useMay("boxes.edit");
  const queries = useQueryClient();
  const choose = useMutation({
    mutationFn: (ring: string) => api.put<BoxUpgrade>(`/boxes/${id}/upgrade`, { ring }),
    onSuccess: (saved) => queries.setQueryData(["box-upgrade", id], saved),
  });
  return (
    <div>
      <Select
        label={t("ring")}
        description={t(`ring-${upgrade.ring}-hint`)}
        maw={420}
        data={RINGS.map((ring) => ({ value: ring, label: t(`ring-${ring}`) }))}
        value={upgrade.ring}
        allowDeselect={false}
        disabled={!mayChange || choose.isPending}
        onChange={(ring) => ring !== null && choose.mutate(ring)}
      />
      <Refusal error={choose.error} />
    </div>
  );
}
