import { Button, Grid, Group, Select, Skeleton, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { AnswerFiles } from "../../../shell/answer-files.tsx";
import { ApiError } from "../../../shell/api.ts";
import { useZoneOf } from "../../../shell/branches.ts";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { NothingHere, Page, Section } from "../../../shell/page.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useMay, useSession } from "../../../shell/session.tsx";
import { CaseDue } from "./case-due.tsx";
import { DoneActions } from "./done-actions.tsx";
import { type Case, type CaseChange, useCase, useChangeCase, useWorkers } from "./replies.ts";
import { useWhere, WholeAnswer } from "./said.tsx";
import { StateBadge } from "./state-badge.tsx";
import { useTexts } from "./texts.ts";

/** One low answer: what was said, whose it is, and what was done about it. */
export function CasePage({ params }: ScreenProps) {
  const t = useTexts();
  const { data, error, refetch } = useCase(params.id ?? "");
  const parent = { path: "/cases", label: t("cases") };
  if (error instanceof ApiError && error.code === "not-found") return <NothingHere />;
  if (!data)
    return (
      <Page title={t("case")} parent={parent}>
        {error ? <Failure error={error} retry={refetch} /> : <Skeleton height={240} radius="lg" />}
      </Page>
    );
  const { answer } = data;
  return (
    <Page
      title={answer?.customerName ?? t(answer?.isCustomer ? "a-customer" : "unknown-guest")}
      summary={<Where case={data} />}
      parent={parent}
    >
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="lg">
            <Section title={t("what-was-said")}>
              {answer ? <WholeAnswer given={answer.given} /> : t("answer-gone")}
              {answer && <AnswerFiles files={answer.files} />}
            </Section>
            <DoneActions case={data} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Work case={data} />
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function Where({ case: found }: { case: Case }) {
  const t = useTexts();
  const where = useWhere();
  const { branchId, answer, raisedAt } = found;
  const zone = useZoneOf()(branchId);
  return (
    <Group gap="sm">
      <span>{where(found)}</span>
      <Moment at={answer?.answeredAt ?? raisedAt} timeZone={zone} />
      {answer?.customerId && (
        <Link href={`/customers/${answer.customerId}`} className="record-link">
          {t("to-customer")}
        </Link>
      )}
    </Group>
  );
}

/** Who works on it until when; taken, moved, closed and opened again. */
function Work({ case: found }: { case: Case }) {
  const t = useTexts();
  const mayEdit = useMay("cases.edit");
  const { staff } = useSession();
  const zone = useZoneOf()(found.branchId);
  const workers = useWorkers(found.branchId).data ?? [];
  const change = useChangeCase(found);
  const { state, ownerId, ownerName, dueAt, closedAt, isLate, reopenedAt, returnedAt } = found;
  const isConflict = change.error instanceof ApiError && change.error.code === "conflict";
  const isClosed = state === "closed";
  const known = workers.some(({ id }) => id === ownerId);
  const people = [
    ...workers.map(({ id, name }) => ({ value: id, label: name })),
    ...(ownerId && !known ? [{ value: ownerId, label: ownerName ?? t("somebody") }] : []),
  ];
  const act = (more: CaseChange) => change.mutate(more);
  return (
    <Section title={t("work")}>
      <Stack gap="sm">
        <Group gap="xs">
          <StateBadge state={state} />
          {closedAt && <Moment at={closedAt} timeZone={zone} />}
          {isLate && (
            <Text size="sm" c="red">
              {t("late")}
            </Text>
          )}
        </Group>
        {reopenedAt && (
          <Text size="sm">
            {t("reopened")} <Moment at={reopenedAt} timeZone={zone} />
          </Text>
        )}
        <Select
          label={t("owner")}
          placeholder={t("nobody")}
          data={people}
          value={ownerId}
          onChange={(value) => act({ ownerId: value })}
          readOnly={!mayEdit || isClosed}
          disabled={change.isPending}
          clearable={mayEdit && !isClosed}
        />
        <CaseDue
          key={dueAt}
          dueAt={dueAt}
          timeZone={zone}
          isPending={change.isPending}
          move={mayEdit && !isClosed ? (moved) => act({ dueAt: moved }) : null}
        />
        {isClosed && (
          <Text size="sm">
            {returnedAt ? t("returned") : t("not-returned")}{" "}
            {returnedAt && <Moment at={returnedAt} timeZone={zone} />}
          </Text>
        )}
        <Refusal
          error={change.error}
          {...(isConflict ? { sentence: t("changed-meanwhile") } : {})}
        />
        {mayEdit && (
          <Group>
            {!isClosed && ownerId !== staff.id && (
              <Button
                variant="default"
                loading={change.isPending}
                onClick={() => act({ ownerId: staff.id })}
              >
                {t("take")}
              </Button>
            )}
            {isClosed ? (
              <Button
                variant="default"
                loading={change.isPending}
                onClick={() => act({ state: "working" })}
              >
                {t("open-again")}
              </Button>
            ) : (
              <Button loading={change.isPending} onClick={() => act({ state: "closed" })}>
                {t("close")}
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Section>
  );
}
