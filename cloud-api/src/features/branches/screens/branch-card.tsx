import { ActionIcon, Box, Button, Group, Text, Title, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPencil, IconPlus, IconSettings } from "@tabler/icons-react";
import { Link } from "wouter";
import { useBranchKindName } from "../../../shell/branch-kinds.ts";
import { useNow } from "../../../shell/clock.ts";
import { formatClock } from "../../../shell/format.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { useMay } from "../../../shell/session.tsx";
import { AddBox } from "./add-box.tsx";
import { BoxRow } from "./box-row.tsx";
import { BranchForm } from "./branch-form.tsx";
import { BudgetAlarm } from "./budget-alarm.tsx";
import { nameCountry } from "./places.ts";
import type { Branch } from "./replies.ts";
import { useTexts } from "./texts.ts";

export function BranchCard({ branch }: { branch: Branch }) {
  const t = useTexts();
  const mayChange = useMay("branches.edit");
  const [isEditing, editing] = useDisclosure(false);
  const [isAdding, adding] = useDisclosure(false);
  const openVisits = branch.boxes.reduce((sum, box) => sum + box.openVisits, 0);
  return (
    <Box component="section" className="surface" aria-label={branch.name}>
      <Group justify="space-between" px="md" py="sm" align="flex-start" gap="sm">
        <Box miw={0}>
          <Group gap={4} wrap="nowrap" align="flex-start">
            <Title order={2} className="any-length">
              {branch.name}
            </Title>
            {mayChange && (
              <Tooltip label={t("edit-branch")} withArrow>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={t("edit-name", { name: branch.name })}
                  onClick={editing.open}
                >
                  <IconPencil size={15} />
                </ActionIcon>
              </Tooltip>
            )}
          </Group>
          <Place branch={branch} />
        </Box>
        <Group gap="md">
          <Link href={`/visits?branchId=${branch.id}&open=true`} className="plain-link">
            <Text size="sm" className="figure">
              {t("here-now", { count: openVisits })}
            </Text>
          </Link>
          {mayChange && (
            <Group gap="xs" wrap="nowrap">
              <Button
                size="xs"
                variant="default"
                component={Link}
                href={`/branches/${branch.id}`}
                leftSection={<IconSettings size={14} />}
              >
                {t("settings")}
              </Button>
              <Button
                size="xs"
                variant={branch.boxes.length === 0 ? "filled" : "default"}
                leftSection={<IconPlus size={14} />}
                onClick={adding.open}
              >
                {t("add-box")}
              </Button>
            </Group>
          )}
        </Group>
      </Group>
      <BudgetAlarm branch={branch} />
      {branch.boxes.length === 0 ? (
        <Text size="sm" className="quiet record-row">
          {t("no-boxes")}
        </Text>
      ) : (
        branch.boxes.map((box) => <BoxRow key={box.id} box={box} branch={branch} />)
      )}
      <BranchForm isOpen={isEditing} close={editing.close} branch={branch} />
      <AddBox isOpen={isAdding} close={adding.close} branch={branch} />
    </Box>
  );
}

function Place({ branch }: { branch: Branch }) {
  const t = useTexts();
  const nameKind = useBranchKindName();
  const now = useNow();
  const { language } = useLanguage();
  const clock = formatClock(language, now.toISOString(), branch.timeZone);
  const told = [
    ...(branch.kind === null ? [] : [nameKind(branch.kind)]),
    nameCountry(language, branch.country),
    branch.currency,
    t("clock-now", { time: clock }),
    branch.languages.map((each) => each.toUpperCase()).join(", "),
  ];
  return (
    <Text size="xs" className="quiet">
      {told.join(" · ")}
    </Text>
  );
}
