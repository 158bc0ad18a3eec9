import { ActionIcon, Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconClock, IconX } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { useZoneOf } from "../../../shell/branches.ts";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { Moment } from "../../../shell/moment.tsx";
import type { PageReply, PlaceReply, PlanReply } from "../schema.ts";
import type { DeskProps } from "./puck-store.ts";
import { useTexts } from "./texts.ts";
import { pageKey } from "./use-page.ts";

/** On which branches guests see the page, whether their boxes have it, and what is planned. */
export function Places({ page, mayPut }: DeskProps) {
  const t = useTexts();
  const plans = page.plans.filter(({ state }) => state === "waiting" || state === "failed");
  const [isAsked, setAsked] = useState(false);
  if (page.places.length === 0 && plans.length === 0) return null;
  return (
    <section aria-label={t("places")}>
      <Group justify="space-between" mb={6}>
        <Title order={3}>{t("places")}</Title>
        {mayPut && page.places.length > 0 && (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setAsked(true)}>
            {t("withdraw")}
          </Button>
        )}
      </Group>
      <Stack gap={6} component="ul" className="page-places">
        {page.places.map((place) => (
          <PlaceRow key={place.branchId} place={place} />
        ))}
        {plans.map((plan) => (
          <PlanRow key={plan.id} page={page} plan={plan} mayPut={mayPut} />
        ))}
      </Stack>
      <Dialog opened={isAsked} onClose={() => setAsked(false)} title={t("withdraw-title")}>
        {isAsked && <Withdraw page={page} close={() => setAsked(false)} />}
      </Dialog>
    </section>
  );
}

function PlaceRow({ place }: { place: PlaceReply }) {
  const t = useTexts();
  const { boxes } = place;
  const fault = boxes.find((box) => box.fault !== null)?.fault;
  const isThere = boxes.length > 0 && boxes.every(({ hasTaken }) => hasTaken);
  const Icon = fault ? IconAlertTriangle : isThere ? IconCheck : IconClock;
  const key = fault ? "place-fault" : isThere ? "place-there" : "place-waiting";
  return (
    <li className="page-place" data-state={key}>
      <Icon size={16} aria-hidden />
      <Text size="sm" className="any-length" flex={1}>
        {place.branchName}
        <Text span size="xs" className="quiet">
          {` · ${t("version", { version: place.version })} · ${t(key)}`}
        </Text>
      </Text>
    </li>
  );
}

function PlanRow({ page, plan, mayPut }: { page: PageReply; plan: PlanReply; mayPut: boolean }) {
  const t = useTexts();
  const zoneOf = useZoneOf();
  const queries = useQueryClient();
  const callOff = useMutation({
    mutationFn: () => api.remove(`/pages/${page.id}/plans/${plan.id}`),
    onSettled: () => queries.invalidateQueries({ queryKey: pageKey(page.id) }),
  });
  const hasFailed = plan.state === "failed";
  return (
    <li className="page-place" data-state={hasFailed ? "place-fault" : "place-planned"}>
      {hasFailed ? (
        <IconAlertTriangle size={16} aria-hidden />
      ) : (
        <IconClock size={16} aria-hidden />
      )}
      <Text size="sm" className="any-length" flex={1}>
        {plan.branchName}
        <Text span size="xs" className="quiet">
          {` · ${t("version", { version: plan.version })} · `}
          <Moment at={plan.dueAt} timeZone={zoneOf(plan.branchId)} />
          {hasFailed && ` · ${plan.reason ?? t("plan-failed")}`}
        </Text>
      </Text>
      {mayPut && !hasFailed && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          onClick={() => callOff.mutate()}
          loading={callOff.isPending}
          aria-label={t("call-off", { branch: plan.branchName })}
        >
          <IconX size={15} />
        </ActionIcon>
      )}
    </li>
  );
}

function Withdraw({ page, close }: { page: PageReply; close: () => void }) {
  const t = useTexts();
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: () => {
      const branchIds = page.places.map(({ branchId }) => branchId);
      return api.post<PageReply>(`/pages/${page.id}/withdraw`, {
        to: { kind: "branches", branchIds },
      });
    },
    onSuccess: (reply) => {
      queries.setQueryData(pageKey(page.id), reply);
      void queries.invalidateQueries({ queryKey: ["pages"] });
      close();
    },
  });
  return (
    <Danger
      hint={t("withdraw-hint", { count: page.places.length })}
      label={t("withdraw")}
      act={act}
      run={() => act.mutate()}
      close={close}
    />
  );
}
