import { Anchor, Button, Group, NumberInput, Skeleton, Stack, Switch, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link } from "wouter";
import { api } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Section } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import { sayHours } from "../../../shell/weekly-hours.ts";
import { SILENT_MINUTES_MAX, SILENT_MINUTES_MIN } from "../schema.ts";
import { useWatch, type Watch, watchKey } from "./replies.ts";
import { SilenceMailsChoice } from "./silence-mails.tsx";
import { useTexts } from "./texts.ts";
import { readFields, writeMinutes } from "./watch-fields.ts";

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
  const [fields, setFields] = useState(() => readFields(watch.silentMinutes));
  const [isFaulty, setFaulty] = useState(false);
  const save = useMutation({
    mutationFn: (changed: Pick<Watch, "silentMinutes">) =>
      api.patch<Watch>(`/branches/${branchId}/watch`, changed),
    onSuccess: async (saved) => {
      queries.setQueryData(watchKey(branchId), saved);
      await queries.invalidateQueries({ queryKey: ["boxes"] });
    },
  });
  const set = (change: Partial<typeof fields>) => {
    setFaulty(false);
    save.reset();
    setFields({ ...fields, ...change });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const written = writeMinutes(fields);
    if (written === "minutes") setFaulty(true);
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
              error={isFaulty && t("fault-minutes")}
              suffix={t("minutes-suffix")}
              w={{ base: "100%", xs: 220 }}
            />
          )}
          {fields.isOn && <HoursNow branchId={branchId} watch={watch} />}
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

/** When silence counts, and where that is set. */
function HoursNow({ branchId, watch }: { branchId: string; watch: Watch }) {
  const t = useTexts();
  const { language } = useLanguage();
  const words = { language, everyDay: t("every-day") };
  const hours = watch.openingHours.map((each) => sayHours(each, words)).join(", ");
  return (
    <Text size="sm" className="quiet">
      {hours === "" ? t("opening-hours-none") : t("opening-hours-now", { hours })}{" "}
      <Anchor
        component={Link}
        href={`/branches/${branchId}?section=place`}
        size="sm"
        underline="always"
      >
        {t("opening-hours-change")}
      </Anchor>
    </Text>
  );
}
