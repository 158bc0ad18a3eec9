import { Autocomplete, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useZoneOf } from "../../../shell/branches.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Section } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import { type Case, useActionNames, useAddAction } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** What was done to make good, each with what came of it; and the next. */
export function DoneActions({ case: found }: { case: Case }) {
  const t = useTexts();
  const zone = useZoneOf()(found.branchId);
  const mayEdit = useMay("cases.edit");
  return (
    <Section title={t("done")}>
      {found.actions.length === 0 && (
        <Text size="sm" className="quiet">
          {t("nothing-done")}
        </Text>
      )}
      {found.actions.map(({ id, name, result, doneAt, doneBy }) => (
        <div key={id} className="field-line" style={{ padding: "8px 0" }}>
          <Group justify="space-between" gap="xs" align="baseline">
            <Text size="sm" fw={600} className="any-length">
              {name}
            </Text>
            <Text size="xs" className="quiet" component="span">
              {doneBy} · <Moment at={doneAt} timeZone={zone} />
            </Text>
          </Group>
          <Text size="sm" className="any-length" style={{ whiteSpace: "pre-line" }}>
            {result || <span className="quiet">{t("result-erased")}</span>}
          </Text>
        </div>
      ))}
      {mayEdit && <NextAction case={found} />}
    </Section>
  );
}

function NextAction({ case: found }: { case: Case }) {
  const t = useTexts();
  const names = useActionNames().data ?? [];
  const [name, setName] = useState("");
  const [result, setResult] = useState("");
  const add = useAddAction(found);
  const usual = [t("usual-call"), t("usual-drink"), t("usual-refund")];
  const all = [...new Set([...names.map((each) => each.name), ...usual])];
  const submit = () => {
    const picked = names.find((each) => each.name === name.trim());
    const action = picked ? { actionId: picked.id } : { name: name.trim() };
    // Emptied by one's own alone: what a colleague notes meanwhile takes nothing away.
    const onSuccess = () => {
      setName("");
      setResult("");
    };
    add.mutate({ result, ...action }, { onSuccess });
  };
  return (
    <Form onSubmit={submit}>
      <Stack gap="sm" mt="sm">
        <Autocomplete
          label={t("action")}
          description={t("action-hint")}
          data={all}
          value={name}
          onChange={setName}
          maxLength={80}
          required
        />
        <Textarea
          label={t("result")}
          value={result}
          onChange={({ currentTarget }) => setResult(currentTarget.value)}
          maxLength={1000}
          autosize
          minRows={2}
          required
        />
        <Refusal error={add.error} />
        <Group justify="flex-end">
          <Button type="submit" variant="default" loading={add.isPending}>
            {t("note-action")}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
