import {
  Button,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { Failure, isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { Page, Section } from "../../../shell/page.tsx";
import { useMayEverywhere } from "../../../shell/session.tsx";
import type { SurveyRulesBody } from "../schema.ts";
import { PartInputs } from "./part-inputs.tsx";
import { useRules } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** From which rating on a guest is content, and what follows from an answer. */
export function RulesPage() {
  const t = useTexts();
  const { data, error, refetch } = useRules();
  return (
    <Page
      title={t("rules")}
      summary={t("rules-summary")}
      parent={{ path: "/satisfaction", label: t("satisfaction") }}
    >
      {error && !data && <Failure error={error} retry={refetch} />}
      {!error && !data && <Skeleton height={300} radius="lg" />}
      {data && <RulesForm rules={data} />}
    </Page>
  );
}

function RulesForm({ rules }: { rules: SurveyRulesBody }) {
  const t = useTexts();
  const mayEdit = useMayEverywhere("surveys.edit");
  const queries = useQueryClient();
  const [draft, setDraft] = useState(rules);
  const change = (more: Partial<SurveyRulesBody>) => setDraft((before) => ({ ...before, ...more }));
  const save = useMutation({
    mutationFn: () => api.put<SurveyRulesBody>("/survey-rules", draft),
    onSuccess: async (saved) => {
      queries.setQueryData(["survey-rules"], saved);
      await queries.invalidateQueries({ queryKey: ["survey-results"] });
    },
  });
  const isClash = draft.lowUpTo >= draft.satisfiedFrom;
  return (
    <Form onSubmit={() => save.mutate()}>
      <Stack gap="lg">
        <Section title={t("thresholds")} hint={t("thresholds-hint")}>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <StarInput
              label={t("satisfied-from")}
              value={draft.satisfiedFrom}
              range={[2, 5]}
              isReadOnly={!mayEdit}
              set={(satisfiedFrom) => change({ satisfiedFrom })}
            />
            <StarInput
              label={t("low-up-to")}
              value={draft.lowUpTo}
              range={[1, 4]}
              isReadOnly={!mayEdit}
              set={(lowUpTo) => change({ lowUpTo })}
              {...(isClash ? { fault: t("thresholds-clash") } : {})}
            />
          </SimpleGrid>
        </Section>
        <Section title={t("follows")} hint={t("follows-hint")}>
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <TagInput
              label={t("satisfied-tag")}
              value={draft.satisfiedTagId}
              isReadOnly={!mayEdit}
              fault={isFieldAtFault(save.error, "satisfiedTagId") && t("tag-taken")}
              set={(satisfiedTagId) => change({ satisfiedTagId })}
            />
            <TagInput
              label={t("unsatisfied-tag")}
              value={draft.unsatisfiedTagId}
              isReadOnly={!mayEdit}
              fault={isFieldAtFault(save.error, "unsatisfiedTagId") && t("tag-taken")}
              set={(unsatisfiedTagId) => change({ unsatisfiedTagId })}
            />
            <NumberInput
              label={t("case-hours")}
              description={t("case-hours-hint")}
              value={draft.caseHours}
              onChange={(value) => typeof value === "number" && change({ caseHours: value })}
              min={1}
              max={2160}
              allowDecimal={false}
              readOnly={!mayEdit}
              suffix={` ${t("hours")}`}
            />
          </SimpleGrid>
        </Section>
        <Section title={t("parts")} hint={t("parts-hint")}>
          <PartInputs
            parts={draft.parts}
            isReadOnly={!mayEdit}
            change={(parts) => change({ parts })}
          />
        </Section>
        {mayEdit ? (
          <Group justify="flex-end">
            {save.isSuccess && !save.isPending && (
              <Text size="sm" className="quiet" role="status">
                {t("saved")}
              </Text>
            )}
            <Refusal error={isFieldAtFault(save.error, "satisfiedTagId") ? null : save.error} />
            <Button type="submit" loading={save.isPending} disabled={isClash}>
              {t("save")}
            </Button>
          </Group>
        ) : (
          <Text size="sm" className="quiet">
            {t("rules-read-only")}
          </Text>
        )}
      </Stack>
    </Form>
  );
}

type StarInputProps = {
  label: string;
  value: number;
  range: readonly [number, number];
  isReadOnly: boolean;
  set: (value: number) => void;
  fault?: string;
};

function StarInput({ label, value, range: [least, most], isReadOnly, set, fault }: StarInputProps) {
  const t = useTexts();
  const stars = Array.from({ length: most - least + 1 }, (_, index) => least + index);
  return (
    <Select
      label={label}
      data={stars.map((each) => ({ value: String(each), label: t("stars", { count: each }) }))}
      value={String(value)}
      onChange={(chosen) => chosen && set(Number(chosen))}
      allowDeselect={false}
      readOnly={isReadOnly}
      error={fault}
    />
  );
}

type TagInputProps = {
  label: string;
  value: string | null;
  isReadOnly: boolean;
  fault: string | false;
  set: (tagId: string | null) => void;
};

function TagInput({ label, value, isReadOnly, fault, set }: TagInputProps) {
  const t = useTexts();
  const { data } = useQuery({
    queryKey: ["marks", "tags"],
    queryFn: ({ signal }) => api.get<{ tags: { id: string; name: string }[] }>("/tags", signal),
    meta: { live: true },
  });
  return (
    <Select
      label={label}
      placeholder={t("no-tag")}
      description={t("tag-hint")}
      data={(data?.tags ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={set}
      readOnly={isReadOnly}
      clearable
      searchable
      error={fault}
    />
  );
}
