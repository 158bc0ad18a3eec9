import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import type { RolesReply } from "../schema.ts";
import { PermissionChecks } from "./permission-checks.tsx";
import type { OwnRole } from "./roles.ts";
import { useTexts } from "./texts.ts";

export type OwnRoleOpened =
  | { kind: "add" }
  | { kind: "change"; role: OwnRole }
  | { kind: "remove"; role: OwnRole }
  | null;

type OwnRoleDialogProps = { roles: RolesReply; opened: OwnRoleOpened; close: () => void };

/** Makes, changes or removes one of the company's own roles. */
export function OwnRoleDialog({ roles, opened, close }: OwnRoleDialogProps) {
  const t = useTexts();
  const name = opened && opened.kind !== "add" ? opened.role.name : "";
  const titles = {
    add: t("add-own-role"),
    change: t("change-own-role-name", { name }),
    remove: t("remove-own-role-name", { name }),
  };
  return (
    <Dialog
      opened={opened !== null}
      onClose={close}
      title={opened && titles[opened.kind]}
      size="lg"
    >
      {opened?.kind === "remove" && <Removal role={opened.role} close={close} />}
      {opened && opened.kind !== "remove" && (
        <Editor
          key={opened.kind === "add" ? "new" : opened.role.id}
          roles={roles}
          role={opened.kind === "add" ? null : opened.role}
          close={close}
        />
      )}
    </Dialog>
  );
}

function useRefresh(close: () => void) {
  const queries = useQueryClient();
  return async () => {
    await queries.invalidateQueries({ queryKey: ["roles"] });
    close();
  };
}

type EditorProps = { roles: RolesReply; role: OwnRole | null; close: () => void };

function Editor({ roles, role, close }: EditorProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const [name, setName] = useState(role?.name ?? "");
  const [held, setHeld] = useState<readonly string[]>(role?.permissions ?? []);
  const save = useMutation({
    mutationFn: (body: { name: string; permissions: readonly string[] }) =>
      role ? api.put(`/roles/${role.id}`, body) : api.post("/roles", body),
    onSuccess: useRefresh(close),
  });
  const code = save.error instanceof ApiError ? save.error.code : null;
  const isReady = name.trim() !== "" && held.length > 0;
  return (
    <Stack>
      <TextInput
        label={t("name")}
        placeholder={t("own-role-example")}
        value={name}
        maxLength={60}
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
        {...(code === "conflict" && { error: t("own-role-taken") })}
      />
      <PermissionChecks permissions={roles.permissions} held={held} change={setHeld} />
      <Refusal
        error={code === "conflict" ? null : save.error}
        {...(code === "forbidden" && { sentence: t("beyond-own") })}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {shell("cancel")}
        </Button>
        <Button
          disabled={!isReady}
          loading={save.isPending}
          onClick={() => save.mutate({ name: name.trim(), permissions: held })}
        >
          {t("save")}
        </Button>
      </Group>
    </Stack>
  );
}

function Removal({ role, close }: { role: OwnRole; close: () => void }) {
  const t = useTexts();
  const shell = useShellTexts();
  const remove = useMutation({
    mutationFn: () => api.remove(`/roles/${role.id}`),
    onSuccess: useRefresh(close),
  });
  const isHeld = remove.error instanceof ApiError && remove.error.code === "conflict";
  return (
    <Stack>
      <Text size="sm">{t("remove-own-role-hint")}</Text>
      <Refusal error={remove.error} {...(isHeld && { sentence: t("own-role-held") })} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close} data-autofocus>
          {shell("cancel")}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t("remove-own-role-name", { name: role.name })}
        </Button>
      </Group>
    </Stack>
  );
}
