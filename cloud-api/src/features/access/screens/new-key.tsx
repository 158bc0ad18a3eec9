import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { ShownOnce } from "../../../shell/shown-once.tsx";
import { newDraft, readDrafts } from "./grant-drafts.ts";
import { ScopeInput } from "./grant-inputs.tsx";
import { PermissionChecks } from "./permission-checks.tsx";
import { type Grant, useRoles } from "./roles.ts";
import { useTexts } from "./texts.ts";

const DAYS = [30, 90, 366] as const;
/** People alone may do these: a key that leaked must not make others. */
const FOR_PEOPLE = new Set(["staff.edit", "keys.edit"]);

type Asked = { name: string; permissions: readonly string[]; scope: Grant["scope"]; days: number };
type Made = { id: string; key: string };

/** Makes a key and shows it, once. */
export function NewKey({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const t = useTexts();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: (asked: Asked) => api.post<Made>("/keys", asked),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["keys"] }),
  });
  const done = () => {
    close();
    make.reset();
  };
  return (
    <Dialog opened={isOpen} onClose={done} title={t("new-key")} size="lg">
      {make.data ? (
        <ShownOnce
          title={t("key-once")}
          hint={t("key-once-hint")}
          text={make.data.key}
          done={done}
        />
      ) : (
        <Choice
          error={make.error}
          isPending={make.isPending}
          send={(asked) => make.mutate(asked)}
          cancel={done}
        />
      )}
    </Dialog>
  );
}

type ChoiceProps = {
  error: unknown;
  isPending: boolean;
  send: (asked: Asked) => void;
  cancel: () => void;
};

function Choice({ error, isPending, send, cancel }: ChoiceProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const permissions = useRoles().data?.permissions ?? [];
  const [name, setName] = useState("");
  const [held, setHeld] = useState<readonly string[]>([]);
  const [days, setDays] = useState<number>(DAYS[1]);
  const [draft, setDraft] = useState(() => newDraft("viewer"));
  const scope = readDrafts([draft])?.[0]?.scope ?? null;
  const isReady = name.trim() !== "" && held.length > 0 && scope !== null;
  const isBeyond = error instanceof ApiError && error.code === "forbidden";
  return (
    <Stack>
      <TextInput
        label={t("name")}
        placeholder={t("key-example")}
        value={name}
        maxLength={60}
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PermissionChecks
        permissions={permissions.filter((permission) => !FOR_PEOPLE.has(permission.name))}
        held={held}
        change={setHeld}
      />
      <ScopeInput draft={draft} change={setDraft} />
      <Select
        label={t("key-days")}
        data={DAYS.map((each) => ({ value: String(each), label: t("days", { count: each }) }))}
        value={String(days)}
        onChange={(value) => setDays(DAYS.find((each) => String(each) === value) ?? DAYS[0])}
        allowDeselect={false}
      />
      <Refusal error={error} {...(isBeyond && { sentence: t("beyond-own") })} />
      <Group justify="flex-end">
        <Button variant="default" onClick={cancel}>
          {shell("cancel")}
        </Button>
        <Button
          disabled={!isReady}
          loading={isPending}
          onClick={() => scope && send({ name: name.trim(), permissions: held, scope, days })}
        >
          {t("make-key")}
        </Button>
      </Group>
    </Stack>
  );
}
