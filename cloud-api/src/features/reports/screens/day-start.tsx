import { Button, Group, Select, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../../../shell/api.ts";
import {
  DAY_STARTS_KEY,
  DAY_STARTS_PATH,
  type DayStarts,
  useDayStarts,
} from "../../../shell/day-starts.ts";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { Section } from "../../../shell/page.tsx";
import { useMayEverywhere } from "../../../shell/session.tsx";
import { DAY_STARTS_HOUR_MAX } from "../schema.ts";
import { useTexts } from "./texts.ts";

const HOURS = Array.from({ length: DAY_STARTS_HOUR_MAX + 1 }, (_, hour) => ({
  value: String(hour),
  label: `${String(hour).padStart(2, "0")}:00`,
}));

/** Among a branch's settings: the hour at which one of its days ends and the next begins. */
export function DayStart({ id: branchId }: { id: string }) {
  const t = useTexts();
  const { data, error, refetch } = useDayStarts();
  const found = data?.branches.find((each) => each.branchId === branchId);
  if (data && !found) return null;
  return (
    <Section title={t("day-start")} hint={t("day-start-hint")}>
      {error && !data && <Failure error={error} retry={refetch} />}
      {!error && !data && <Skeleton h={60} />}
      {found && <DayStartForm key={branchId} branchId={branchId} hour={found.dayStartsHour} />}
    </Section>
  );
}

function DayStartForm({ branchId, hour }: { branchId: string; hour: number }) {
  const t = useTexts();
  const mayChange = useMayEverywhere("reports.edit");
  const queries = useQueryClient();
  const [chosen, setChosen] = useState(hour);
  const save = useMutation({
    mutationFn: () =>
      api.put<DayStarts>(DAY_STARTS_PATH, { branchIds: [branchId], dayStartsHour: chosen }),
    onSuccess: async (saved) => {
      queries.setQueryData(DAY_STARTS_KEY, saved);
      await queries.invalidateQueries({ queryKey: ["report"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Form onSubmit={submit}>
      <Stack gap="sm">
        <Select
          label={t("day-start-hour")}
          maw={220}
          data={HOURS}
          value={String(chosen)}
          onChange={(value) => {
            save.reset();
            setChosen(Number(value));
          }}
          allowDeselect={false}
          disabled={!mayChange}
        />
        <Refusal error={save.error} />
        {mayChange && (
          <Group gap="sm">
            <Button type="submit" variant="default" loading={save.isPending}>
              {t("save-day-start")}
            </Button>
            {save.isSuccess && (
              <Text size="sm" className="quiet" role="status">
                {t("day-start-saved")}
              </Text>
            )}
          </Group>
        )}
      </Stack>
    </Form>
  );
}
