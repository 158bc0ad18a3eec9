import { ActionIcon, Button, Group, MultiSelect, Paper, Select, Stack } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useBranchChoices } from "../../../shell/branches.ts";
import { type GrantDraft, newDraft, SCOPES } from "./grant-drafts.ts";
import { ROLES, useBrands, useRoleName, useRoles } from "./roles.ts";
import { useTexts } from "./texts.ts";

type GrantInputsProps = { drafts: readonly GrantDraft[]; change: (drafts: GrantDraft[]) => void };

/** Which roles somebody has, and where each counts. */
export function GrantInputs({ drafts, change }: GrantInputsProps) {
  const t = useTexts();
  const put = (draft: GrantDraft) =>
    change(drafts.map((each) => (each.key === draft.key ? draft : each)));
  return (
    <Stack gap="xs">
      {drafts.map((draft) => (
        <GrantInput
          key={draft.key}
          draft={draft}
          change={put}
          remove={
            drafts.length > 1 ? () => change(drafts.filter(({ key }) => key !== draft.key)) : null
          }
        />
      ))}
      <Group>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          onClick={() => change([...drafts, newDraft("viewer")])}
        >
          {t("add-role")}
        </Button>
      </Group>
    </Stack>
  );
}

type GrantInputProps = {
  draft: GrantDraft;
  change: (draft: GrantDraft) => void;
  remove: (() => void) | null;
};

function GrantInput({ draft, change, remove }: GrantInputProps) {
  const t = useTexts();
  const nameRole = useRoleName();
  const ownRoles = useRoles().data?.ownRoles ?? [];
  const known = ROLES.find((role) => role === draft.role);
  const choices = [
    {
      group: t("roles-built-in"),
      items: ROLES.map((role) => ({ value: role, label: nameRole(role) })),
    },
    ...(ownRoles.length > 0
      ? [
          {
            group: t("roles-own"),
            items: ownRoles.map(({ id, name }) => ({ value: id, label: name })),
          },
        ]
      : []),
  ];
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <Select
            flex={1}
            label={t("role")}
            data={choices}
            value={draft.role}
            {...(known && { description: t(`role-${known}-hint`) })}
            inputWrapperOrder={["label", "input", "description", "error"]}
            onChange={(role) =>
              role && change({ ...draft, role, ...(role === "owner" && { kind: "tenant" }) })
            }
            allowDeselect={false}
            comboboxProps={{ withinPortal: true }}
          />
          {remove && (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("remove-role")}
              onClick={remove}
              style={{ alignSelf: "flex-start" }}
            >
              <IconX size={16} />
            </ActionIcon>
          )}
        </Group>
        {draft.role !== "owner" && <ScopeInput draft={draft} change={change} />}
      </Stack>
    </Paper>
  );
}

/** Where a role counts. */
export function ScopeInput({ draft, change }: Omit<GrantInputProps, "remove">) {
  const t = useTexts();
  const brands = useBrands();
  const branches = useBranchChoices();
  const toChoice = ({ id, name }: { id: string; name: string }) => ({ value: id, label: name });
  return (
    <>
      <Select
        label={t("scope")}
        data={SCOPES.map((kind) => ({ value: kind, label: t(`scope-${kind}`) }))}
        value={draft.kind}
        onChange={(value) => {
          const kind = SCOPES.find((each) => each === value);
          if (kind) change({ ...draft, kind });
        }}
        allowDeselect={false}
      />
      {draft.kind === "brand" && (
        <Select
          label={t("scope-brand-label")}
          placeholder={t("choose-brand")}
          data={brands.map(toChoice)}
          value={draft.brandId}
          onChange={(brandId) => change({ ...draft, brandId })}
          searchable
        />
      )}
      {draft.kind === "branches" && (
        <MultiSelect
          label={t("scope-branches-label")}
          {...(draft.branchIds.length === 0 && { placeholder: t("choose-branches") })}
          data={branches.map(toChoice)}
          value={[...draft.branchIds]}
          onChange={(branchIds) => change({ ...draft, branchIds })}
          searchable
          hidePickedOptions
        />
      )}
    </>
  );
}
