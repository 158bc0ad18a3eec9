import { Alert, Badge, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle, IconCircle, IconCircleCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Failure } from "../../../shell/failure.tsx";
import { Since } from "../../../shell/moment.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import type { DeskBranch } from "./desk-page.tsx";
import { NasSetup } from "./nas-setup.tsx";
import { type AccessPoint, type NasHealth, useNasHealth } from "./replies.ts";
import { useSayReason, useTexts } from "./texts.ts";

/** Each access point: how far its set-up has come, what is wrong with it, and what to type in. */
export function AccessPointsView({ branch }: { branch: DeskBranch }) {
  const t = useTexts();
  const { data, error, refetch } = useNasHealth(branch.id);
  if (error && !data) return <Failure error={error} retry={refetch} />;
  if (!data) return <Skeleton h={240} radius="lg" />;
  return (
    <Stack gap="lg">
      {!data.boxes.some(({ tellsOfNas }) => tellsOfNas) && (
        <Alert color="orange" variant="light">
          {t("ap-no-box")}
        </Alert>
      )}
      {data.accessPoints.length === 0 && (
        <Section title={t("view-access-points")}>
          <Empty title={t("ap-none")} hint={t("ap-none-hint")} />
        </Section>
      )}
      {data.accessPoints.map((each) => (
        <AccessPointCard key={each.id} accessPoint={each} branch={branch} />
      ))}
      <RefusedArrivals health={data} branch={branch} />
      <Strangers health={data} branch={branch} />
    </Stack>
  );
}

type CardProps = { accessPoint: AccessPoint; branch: DeskBranch };

function AccessPointCard({ accessPoint, branch }: CardProps) {
  const t = useTexts();
  const isNew = accessPoint.steps.some(({ state }) => state !== "done");
  const [isOpen, { toggle }] = useDisclosure(false);
  const { name, lastSeenAt, steps } = accessPoint;
  const hint =
    lastSeenAt === null ? (
      t("ap-never-seen")
    ) : (
      <>
        {t("ap-last-seen")} <Since at={lastSeenAt} timeZone={branch.timeZone} />
      </>
    );
  return (
    <Section
      title={name}
      hint={hint}
      actions={
        <Group gap="sm">
          <Verdict accessPoint={accessPoint} />
          <Button size="xs" variant={isNew ? "filled" : "default"} onClick={toggle}>
            {t(isOpen ? "ap-setup-hide" : "ap-setup")}
          </Button>
        </Group>
      }
    >
      <Stack gap="md" pt="xs">
        <Stack component="ol" gap="xs" p={0} m={0} style={{ listStyle: "none" }}>
          {steps.map((step) => (
            <StepLine key={step.name} step={step} branch={branch} />
          ))}
        </Stack>
        <Refusals accessPoint={accessPoint} branch={branch} />
        {isOpen && <NasSetup branchId={branch.id} nasId={accessPoint.id} />}
      </Stack>
    </Section>
  );
}

function Verdict({ accessPoint: { steps, lastSeenAt } }: { accessPoint: AccessPoint }) {
  const t = useTexts();
  if (steps.some(({ state }) => state === "wrong"))
    return <Said colour="red" words={t("ap-wrong")} />;
  if (lastSeenAt === null) return <Said colour="gray" words={t("ap-silent")} />;
  const isDone = steps.every(({ state }) => state === "done");
  return isDone ? (
    <Said colour="foyer" words={t("ap-all-well")} />
  ) : (
    <Said colour="orange" words={t("ap-waiting")} />
  );
}

const Said = ({ colour, words }: { colour: string; words: string }) => (
  <Badge variant="light" color={colour} tt="none">
    {words}
  </Badge>
);

type StepProps = { step: AccessPoint["steps"][number]; branch: DeskBranch };

function StepLine({ step: { name, state, at }, branch }: StepProps) {
  const t = useTexts();
  const hint =
    name === "secret" && state === "wrong" ? t("step-secret-wrong") : t(`step-${name}-hint`);
  return (
    <Group component="li" gap="sm" wrap="nowrap" align="flex-start" data-state={state}>
      <Text span c={colourOf(state)} lh={1} pt={2} flex="none" aria-hidden>
        {state === "done" && <IconCircleCheck size={18} />}
        {state === "waiting" && <IconCircle size={18} />}
        {state === "wrong" && <IconAlertTriangle size={18} />}
      </Text>
      <div>
        <Text component="div" size="sm" fw={state === "done" ? 400 : 600}>
          {t(`step-${name}`)}
          {at !== null && (
            <Text span size="xs" className="quiet">
              {` · ${t("step-last")} `}
              <Since at={at} timeZone={branch.timeZone} />
            </Text>
          )}
        </Text>
        {state !== "done" && (
          <Text size="xs" className="quiet">
            {hint}
          </Text>
        )}
      </div>
    </Group>
  );
}

function colourOf(state: StepProps["step"]["state"]): string {
  if (state === "wrong") return "red";
  return state === "done" ? "foyer" : "dimmed";
}

function Refusals({ accessPoint: { refusals }, branch }: CardProps) {
  const t = useTexts();
  const say = useSayReason();
  if (refusals.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {t("ap-refusals")}
      </Text>
      {refusals.map(({ reason, count, lastAt }, index) => (
        // Two boxes may tell of one reason.
        <Text key={`${reason} ${index}`} component="div" size="sm">
          {say(reason)}{" "}
          <Text span size="xs" className="quiet">
            {t("ap-times", { count })} · <Since at={lastAt} timeZone={branch.timeZone} />
          </Text>
        </Text>
      ))}
    </div>
  );
}

/** In the box's own words: they name what is typed in on the access point. */
function RefusedArrivals({ health, branch }: { health: NasHealth; branch: DeskBranch }) {
  const t = useTexts();
  if (health.refusedArrivals.length === 0) return null;
  return (
    <Section title={t("ap-refused-arrivals")} hint={t("ap-refused-arrivals-hint")} flush>
      {health.refusedArrivals.map(({ words, count, lastAt }, index) => (
        // Two boxes may tell of one reason.
        <TimesRow key={`${words} ${index}`} {...{ count, lastAt, branch }}>
          <Text size="sm" lang="en">
            {words}
          </Text>
        </TimesRow>
      ))}
    </Section>
  );
}

function Strangers({ health, branch }: { health: NasHealth; branch: DeskBranch }) {
  const t = useTexts();
  if (health.unknownSenders.length === 0) return null;
  return (
    <Section title={t("ap-unknown")} hint={t("ap-unknown-hint")} flush>
      {health.unknownSenders.map(({ address, count, lastAt }) => (
        <TimesRow key={address} {...{ count, lastAt, branch }}>
          <Text size="sm" ff="monospace">
            {address}
          </Text>
        </TimesRow>
      ))}
    </Section>
  );
}

type TimesRowProps = { count: number; lastAt: string; branch: DeskBranch; children: ReactNode };

/** What was seen, how often, and how long ago the last time was. */
function TimesRow({ count, lastAt, branch, children }: TimesRowProps) {
  const t = useTexts();
  return (
    <Group className="record-row" justify="space-between" gap="sm">
      {children}
      <Text component="div" size="xs" className="quiet">
        {t("ap-times", { count })} · <Since at={lastAt} timeZone={branch.timeZone} />
      </Text>
    </Group>
  );
}
