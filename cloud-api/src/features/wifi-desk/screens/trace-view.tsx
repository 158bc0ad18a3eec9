import { Alert, Button, Group, Loader, Stack, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../../../shell/api.ts";
import { Failure, isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { formatMoment, formatPhone } from "../../../shell/format.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import type { DeskBranch } from "./desk-page.tsx";
import { type NewTraceReply, type Trace, useTrace } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { Timeline } from "./timeline.tsx";

type Asked = NewTraceReply;

/** Why a phone could not get on, as the boxes noted it at their doors. */
export function TraceView({ branch }: { branch: DeskBranch }) {
  const t = useTexts();
  const { parameters } = useSearchParameters();
  const [typed, setTyped] = useState(parameters.get("of") ?? "");
  const [asked, setAsked] = useState<Asked | null>(null);
  const ask = useMutation({
    mutationFn: (of: string) => api.post<Asked>(`/branches/${branch.id}/traces`, { of }),
    onSuccess: setAsked,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate(typed.trim());
  };
  const isFault = isFieldAtFault(ask.error, "of");
  return (
    <Stack gap="lg">
      <Section title={t("trace-title")} hint={t("trace-hint")}>
        <Form onSubmit={submit}>
          <Group gap="sm" align="flex-start">
            <TextInput
              aria-label={t("trace-of")}
              placeholder={t("trace-of")}
              value={typed}
              onChange={({ currentTarget }) => {
                ask.reset();
                setTyped(currentTarget.value);
              }}
              error={isFault && t("trace-fault")}
              leftSection={<IconSearch size={15} />}
              flex="1 1 220px"
              maw={420}
              maxLength={40}
              minLength={3}
              required
            />
            <Button type="submit" loading={ask.isPending}>
              {t("trace-run")}
            </Button>
          </Group>
          {!isFault && <Refusal error={ask.error} />}
        </Form>
      </Section>
      {asked && <Answer key={asked.id} asked={asked} branch={branch} />}
    </Stack>
  );
}

function Answer({ asked, branch }: { asked: Asked; branch: DeskBranch }) {
  const t = useTexts();
  const { data, error, refetch } = useTrace(branch.id, asked.id);
  const value = asked.of === "phone" ? formatPhone(asked.value) : asked.value;
  const title = t(`trace-of-${asked.of}`, { value });
  if (error && !data) return <Failure error={error} retry={refetch} />;
  const isWaiting = !data || data.boxes.some(({ state }) => state === "asked");
  return (
    <Section title={title} flush={!isWaiting}>
      {isWaiting && (
        <Group gap="sm" py="md" role="status">
          <Loader size="xs" />
          <Text size="sm">{t("trace-waiting")}</Text>
        </Group>
      )}
      {data && <Silent trace={data} />}
      {data && data.notes.length > 0 && <Timeline notes={data.notes} timeZone={branch.timeZone} />}
      {data && !isWaiting && <Nothing asked={asked} trace={data} branch={branch} />}
    </Section>
  );
}

/** Boxes that have not answered, and why not. */
function Silent({ trace }: { trace: Trace }) {
  const t = useTexts();
  const silent = trace.boxes.flatMap(({ boxId, boxName: box, state }) =>
    state === "no-answer" || state === "too-old" ? [{ boxId, box, state }] : [],
  );
  if (silent.length === 0) return null;
  return (
    <Stack gap="xs" px="md" pb="md" pt="xs">
      {silent.map(({ boxId, box, state }) => (
        <Alert key={boxId} color="orange" variant="light" py="xs">
          {t(state === "too-old" ? "box-too-old" : "box-no-answer", { box })}
        </Alert>
      ))}
    </Stack>
  );
}

type NothingProps = { asked: Asked; trace: Trace; branch: DeskBranch };

function Nothing({ asked, trace, branch }: NothingProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const [first] = trace.boxes.flatMap(({ since }) => since ?? []);
  if (trace.notes.length > 0 || first === undefined) return null;
  const { timeZone } = branch;
  const since = formatMoment(language, first, { timeZone, now: new Date() });
  return <Empty title={t("trace-nothing")} hint={t(`trace-nothing-${asked.of}`, { since })} />;
}
