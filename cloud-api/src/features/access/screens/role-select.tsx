import { Select } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiError, api } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { ROLES, type Role, useRoleName } from "./roles.ts";
import type { Colleague } from "./staff-list.tsx";
import { useTexts } from "./texts.ts";

/** A colleague's role, changed where it is read. */
export function RoleSelect({ colleague }: { colleague: Colleague }) {
  const t = useTexts();
  const nameRole = useRoleName();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (role: Role) => api.patch(`/staff/${colleague.id}`, { role }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["staff"] }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["invitations"] }),
  });
  const isLast = change.error instanceof ApiError && change.error.code === "conflict";
  const choose = (value: string | null) => {
    const role = ROLES.find((known) => known === value);
    if (role && role !== colleague.role) change.mutate(role);
  };
  return (
    <>
      <Select
        size="xs"
        w={140}
        aria-label={t("role-of", { name: colleague.name })}
        data={ROLES.map((role) => ({ value: role, label: nameRole(role) }))}
        value={change.isPending ? change.variables : colleague.role}
        onChange={choose}
        allowDeselect={false}
        disabled={change.isPending}
      />
      <Refusal error={change.error} {...(isLast && { sentence: t("last-owner") })} />
    </>
  );
}
