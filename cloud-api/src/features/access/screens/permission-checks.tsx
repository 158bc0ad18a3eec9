import { Checkbox, ScrollArea, Stack } from "@mantine/core";
import type { RolesReply } from "../schema.ts";
import { usePermissionName } from "./permission-names.ts";
import { useTexts } from "./texts.ts";

type PermissionChecksProps = {
  permissions: RolesReply["permissions"];
  held: readonly string[];
  change: (held: string[]) => void;
};

/** Single permissions, of which somebody chooses those they may give. */
export function PermissionChecks({ permissions, held, change }: PermissionChecksProps) {
  const t = useTexts();
  const namePermission = usePermissionName();
  return (
    <Checkbox.Group label={t("may")} value={[...held]} onChange={change}>
      <ScrollArea.Autosize mah={320} mt="xs" type="auto" offsetScrollbars>
        <Stack gap={8}>
          {permissions.map(({ name, covers, mine }) => (
            <Checkbox
              key={name}
              value={name}
              label={namePermission(name)}
              disabled={!mine}
              {...(covers === "tenant" && { description: t("company-only-hint") })}
            />
          ))}
        </Stack>
      </ScrollArea.Autosize>
    </Checkbox.Group>
  );
}
