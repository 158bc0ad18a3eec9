import { Button, Group, NumberInput, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { useSortByName, useZoneOf } from "../../../shell/branches.ts";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty } from "../../../shell/page.tsx";
import { ShownOnce } from "../../../shell/shown-once.tsx";
import { chooseWords, LINK_DAYS_MAX, LINK_DAYS_USUAL } from "../rules.ts";
import type { ChoicesReply, LinkBody, MadeLinkReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

type LinkFormProps = {
  /** Whose answer it will be; absent: nobody's in particular. */
  customerId?: string;
  done: () => void;
};

/** Makes a link, and shows it this once. */
export function LinkForm({ customerId, done }: LinkFormProps) {
  const t = useTexts();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ["survey-link-choices"],
    queryFn: ({ signal }) => api.get<ChoicesReply>("/survey-link-choices", signal),
  });
  const make = useMutation({
    mutationFn: (body: LinkBody) => api.post<MadeLinkReply>("/survey-links", body),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["links"] }),
  });
  if (error) return <Failure error={error} retry={refetch} />;
  if (!data) return null;
  if (make.data) return <Made made={make.data} branchId={make.variables.branchId} done={done} />;
  if (data.branches.length === 0)
    return <Empty title={t("nothing-asked")} hint={t("nothing-asked-hint")} />;
  return (
    <Stack>
      {customerId === undefined && (
        <Text size="sm" className="quiet">
          {t("anonymous-hint")}
        </Text>
      )}
      <Choices
        branches={data.branches}
        isBusy={make.isPending}
        make={(chosen) => make.mutate({ ...chosen, ...(customerId && { customerId }) })}
      />
      <Refusal error={make.error} />
    </Stack>
  );
}

type Chosen = Pick<LinkBody, "branchId" | "surveyId" | "saleTypeId" | "days">;
type ChoicesProps = {
  branches: ChoicesReply["branches"];
  isBusy: boolean;
  make: (chosen: Chosen) => void;
};

function Choices({ branches, isBusy, make }: ChoicesProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const sorted = useSortByName()(branches);
  const [branchId, setBranchId] = useState(sorted[0]?.id ?? "");
  const [wanted, setWanted] = useState<string | null>(null);
  const [saleTypeId, setSaleTypeId] = useState<string | null>(null);
  const [days, setDays] = useState<string | number>(LINK_DAYS_USUAL);
  const surveys = sorted.find(({ id }) => id === branchId)?.surveys ?? [];
  const survey = surveys.find(({ id }) => id === wanted) ?? surveys[0];
  const surveyId = survey?.id ?? "";
  const saleTypes = survey?.saleTypes ?? [];
  const sold = saleTypes.find(({ id }) => id === saleTypeId)?.id ?? null;
  return (
    <Stack>
      <Select
        label={t("branch")}
        data={sorted.map(({ id, name }) => ({ value: id, label: name }))}
        value={branchId}
        onChange={(id) => id !== null && setBranchId(id)}
        allowDeselect={false}
        searchable
      />
      <Select
        label={t("survey")}
        data={surveys.map(({ id, title }) => ({ value: id, label: chooseWords(title, language) }))}
        value={surveyId}
        onChange={setWanted}
        allowDeselect={false}
      />
      {saleTypes.length > 0 && (
        <Select
          label={t("sale-type")}
          placeholder={t("sale-type-unsaid")}
          data={saleTypes.map(({ id, name }) => ({
            ...{ value: id, label: chooseWords(name, language) },
          }))}
          value={sold}
          onChange={setSaleTypeId}
          clearable
        />
      )}
      <NumberInput
        label={t("days")}
        min={1}
        max={LINK_DAYS_MAX}
        allowDecimal={false}
        clampBehavior="strict"
        value={days}
        onChange={setDays}
      />
      <Group justify="flex-end">
        <Button
          loading={isBusy}
          disabled={Number(days) < 1}
          onClick={() =>
            make({ branchId, surveyId, ...(sold && { saleTypeId: sold }), days: Number(days) })
          }
        >
          {t("make")}
        </Button>
      </Group>
    </Stack>
  );
}

type MadeProps = { made: MadeLinkReply; branchId: string; done: () => void };

function Made({ made, branchId, done }: MadeProps) {
  const t = useTexts();
  const zoneOf = useZoneOf();
  const aside = <Moment at={made.endsAt} timeZone={zoneOf(branchId)} />;
  return (
    <ShownOnce
      {...{ title: t("ready"), hint: t("ready-hint"), text: made.url, done }}
      aside={
        <>
          {t("until")} {aside}
        </>
      }
    />
  );
}
