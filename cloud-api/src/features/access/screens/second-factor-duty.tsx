import { Skeleton, Stack, Switch } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, api } from "../../../shell/api.ts";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { useMayEverywhere } from "../../../shell/session.tsx";
import { useTexts } from "./texts.ts";

type Duty = { isRequired: boolean };

const DUTY = ["staff-second-factor"];

/** Whether the company has everybody sign in with two steps. */
export function SecondFactorDuty() {
  const t = useTexts();
  const queries = useQueryClient();
  const mayChange = useMayEverywhere("staff.edit");
  const { data, error, refetch } = useQuery({
    queryKey: DUTY,
    queryFn: ({ signal }) => api.get<Duty>("/staff-second-factor", signal),
  });
  const save = useMutation({
    mutationFn: (isRequired: boolean) => api.put("/staff-second-factor", { isRequired }),
    onSettled: () => queries.invalidateQueries({ queryKey: DUTY }),
  });
  if (error && !data) return <Failure error={error} retry={refetch} />;
  if (!data) return <Skeleton height={24} maw={320} />;
  const isOwnMissing = save.error instanceof ApiError && save.error.code === "conflict";
  return (
    <Stack gap="xs">
      <Switch
        label={t("duty")}
        description={t("duty-hint")}
        checked={save.isPending ? save.variables : data.isRequired}
        disabled={!mayChange}
        onChange={(event) => save.mutate(event.currentTarget.checked)}
      />
      <Refusal error={save.error} {...(isOwnMissing && { sentence: t("duty-own-first") })} />
    </Stack>
  );
}
