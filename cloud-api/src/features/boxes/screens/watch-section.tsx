import { Button, Group, NumberInput, Skeleton, Stack, Switch, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { Section } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import { OPENING_HOURS_MAX, SILENT_MINUTES_MAX, SILENT_MINUTES_MIN } from "../schema.ts";
import { HoursRow } from "./hours-row.tsx";
import { useWatch, type Watch, watchKey } from "./replies.ts";
import { SilenceMailsChoice } from "./silence-mails.tsx";
import { useTexts } from "./texts.ts";
import { type HoursFields, readFields, type WatchFault, writeWatch } from "./watch-fields.ts";

const EVERY_DAY = ["1", "2", "3", "4", "5", "6", "7"];
const FIRST_HOURS: HoursFields = { days: EVERY_DAY, from: "08:00", to: "22:00" };

type SectionProps = { branchId: string; branchName: string; timeZone: string };

/** From how long a silence on staff are told, and when the branch is open. */
export function WatchSection({ branchId, branchName, timeZone }: SectionProps) {
  const t = useTexts();
  const { data } = useWatch(branchId);
  return (
    <Section title={t("watch", { branch: branchName })} hint={t("watch-hint")}>
      <Stack gap="lg">
        {data ? (
          <WatchForm key={branchId} branchId={branchId} watch={data} />
        ) : (
          <Skeleton h={120} />
        )}
        <SilenceMailsChoice timeZone={timeZone} />
      </Stack>
    </Section>
  );
}

function WatchForm({ branchId, watch }: { branchId: string; watch: Watch }) {
  const t = useTexts();
  const mayChange = useMay("boxes.edit");
  const queries = useQueryClient();
  const [fields, setFields] = useState(() => readFields(watch));
  const [fault, setFault] = useState<WatchFault | null>(null);
  const save = useMutation({
    mutationFn: (changed: Watch) => api.put<Watch>(`/branches/${branchId}/watch`, changed),
    onSuccess: async (saved) => {
      queries.setQueryData(watchKey(branchId), saved);
      await queries.invalidateQueries({ queryKey: ["boxes"] });
    },
  });
  const set = (change: Partial<typeof fields>) => {
    setFault(null);
    save.reset();
    setFields({ ...fields, ...change });
  };
  const put = (index: number, change: Partial<HoursFields>) =>
    set({ hours: fields.hours.map((each, at) => (at === index ? { ...each, ...change } : each)) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const written = writeWatch(fields);
    if (typeof written === "string") setFault(written);
    else save.mutate(written);
  };
  return (
    <Form onSubmit={submit}>
      <fieldset disabled={!mayChange} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <Stack gap="sm">
          <Switch
            label={t("watch-on")}
            checked={fields.isOn}
            onChange={(event) => set({ isOn: event.currentTarget.checked })}
          />
          {fields.isOn && (
            <NumberInput
              label={t("silent-minutes")}
              value={fields.minutes}
              onChange={(minutes) => set({ minutes })}
              min={SILENT_MINUTES_MIN}
              max={SILENT_MINUTES_MAX}
              clampBehavior="none"
              error={fault === "minutes" && t("fault-minutes")}
              suffix={t("minutes-suffix")}
              w={{ base: "100%", xs: 220 }}
            />
          )}
          {fields.isOn && (
            <Stack gap="sm" role="group" aria-label={t("opening-hours")}>
              <div>
                <Text size="sm" fw={500}>
                  {t("opening-hours")}
                </Text>
                <Text size="xs" className="quiet">
                  {t(fields.hours.length === 0 ? "always-open" : "opening-hours-hint")}
                </Text>
              </div>
              {fields.hours.map((each, index) => (
                <HoursRow
                  key={index}
                  hours={each}
                  change={(change) => put(index, change)}
                  remove={() => set({ hours: fields.hours.filter((_, at) => at !== index) })}
                />
              ))}
              {fault === "hours" && (
                <Text size="xs" c="red">
                  {t("fault-hours")}
                </Text>
              )}
              {mayChange && fields.hours.length < OPENING_HOURS_MAX && (
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconPlus size={14} />}
                  onClick={() => set({ hours: [...fields.hours, FIRST_HOURS] })}
                  style={{ alignSelf: "flex-start" }}
                >
                  {t("add-hours")}
                </Button>
              )}
            </Stack>
          )}
          <Refusal error={save.error} />
          {mayChange && (
            <Group gap="sm">
              <Button type="submit" loading={save.isPending}>
                {t("save")}
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
