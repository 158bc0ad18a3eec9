import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { Section } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import { isWholeHours, readHours, writeHours } from "../../../shell/weekly-hours.ts";
import { WeeklyHoursInput } from "../../../shell/weekly-hours-input.tsx";
import { OPENING_HOURS_MAX } from "../schema.ts";
import { useWatch, type Watch, watchKey } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** When a branch is open: among its settings, where it is and what it speaks. */
export function OpeningHours({ id: branchId }: { id: string }) {
  const t = useTexts();
  const { data } = useWatch(branchId);
  return (
    <Section title={t("opening-hours")} hint={t("opening-hours-summary")}>
      {data ? <HoursForm key={branchId} branchId={branchId} watch={data} /> : <Skeleton h={80} />}
    </Section>
  );
}

function HoursForm({ branchId, watch }: { branchId: string; watch: Watch }) {
  const t = useTexts();
  const mayChange = useMay("boxes.edit");
  const queries = useQueryClient();
  const [hours, setHours] = useState(() => readHours(watch.openingHours));
  const [isTried, setTried] = useState(false);
  const save = useMutation({
    mutationFn: (changed: Pick<Watch, "openingHours">) =>
      api.patch<Watch>(`/branches/${branchId}/watch`, changed),
    onSuccess: async (saved) => {
      queries.setQueryData(watchKey(branchId), saved);
      await queries.invalidateQueries({ queryKey: ["boxes"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isWhole = hours.every(isWholeHours);
    setTried(!isWhole);
    if (isWhole) save.mutate({ openingHours: writeHours(hours) });
  };
  return (
    <Form onSubmit={submit}>
      <fieldset disabled={!mayChange} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <Stack gap="sm">
          <Text size="xs" className="quiet">
            {t(hours.length === 0 ? "opening-hours-none" : "opening-hours-hint")}
          </Text>
          <WeeklyHoursInput
            hours={hours}
            set={(changed) => {
              save.reset();
              setHours(changed);
            }}
            max={mayChange ? OPENING_HOURS_MAX : 0}
            isFaulty={(each) => isTried && !isWholeHours(each)}
          />
          <Refusal error={save.error} />
          {mayChange && (
            <Group gap="sm">
              <Button type="submit" variant="default" loading={save.isPending}>
                {t("save-hours")}
              </Button>
              {save.isSuccess && (
                <Text size="sm" className="quiet" role="status">
                  {t("saved")}
                </Text>
              )}
            </Group>
          )}
        </Stack>
      </fieldset>
    </Form>
  );
}
