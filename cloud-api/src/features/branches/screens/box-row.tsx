import { ActionIcon, Alert, Badge, Box as Div, Group, Menu, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconKey, IconSend, IconTrash } from "@tabler/icons-react";
import { Link } from "wouter";
import { useNow } from "../../../shell/clock.ts";
import { Since } from "../../../shell/moment.tsx";
import { Panels } from "../../../shell/panels.tsx";
import { useMay } from "../../../shell/session.tsx";
import { BoxAlarms } from "./box-alarms.tsx";
import { BoxOrders } from "./box-orders.tsx";
import { findBoxState, findSettingsState } from "./box-state.ts";
import { NewCode } from "./new-code.tsx";
import { RemoveBox } from "./remove-box.tsx";
import type { Box, Branch } from "./replies.ts";
import { useTexts } from "./texts.ts";

type BoxProps = { box: Box; branch: Branch };

/** One box: whether it is heard, what runs on it, and how many guests it serves. */
export function BoxRow({ box, branch }: BoxProps) {
  const t = useTexts();
  const mayChange = useMay("branches.edit");
  const maySee = useMay("boxes.read");
  const [isRemoving, removing] = useDisclosure(false);
  const [isEnrolling, enrolling] = useDisclosure(false);
  const [isOrdering, ordering] = useDisclosure(false);
  return (
    <Div className="record-row">
      <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
        <Group gap="sm" flex={1} align="baseline">
          <Text size="sm" fw={600} miw={130}>
            {maySee ? (
              <Link href={`/boxes/${box.id}`} className="record-link">
                {box.name}
              </Link>
            ) : (
              box.name
            )}
          </Text>
          <Contact box={box} timeZone={branch.timeZone} />
          <SettingsWord box={box} branch={branch} />
          {box.release && (
            <Text size="xs" className="quiet figure">
              {t("release", { release: box.release })}
            </Text>
          )}
        </Group>
        <Group gap="sm" wrap="nowrap">
          {/* With one box the branch's own number says it already. */}
          {branch.boxes.length > 1 && (
            <Link href={`/visits?branchId=${branch.id}&open=true`} className="plain-link">
              <Text size="sm" className="figure" style={{ whiteSpace: "nowrap" }}>
                {t("guests", { count: box.openVisits })}
              </Text>
            </Link>
          )}
          {mayChange && (
            <Actions
              box={box}
              order={ordering.open}
              enrol={enrolling.open}
              remove={removing.open}
            />
          )}
        </Group>
      </Group>
      {box.settingsFault !== null && (
        <Alert color="red" variant="light" mt="xs" py="xs" title={t("settings-refused")}>
          <Text size="xs" ff="monospace">
            {box.settingsFault}
          </Text>
        </Alert>
      )}
      <BoxAlarms box={box} timeZone={branch.timeZone} />
      <Panels place="box" id={box.id} />
      <BoxOrders isOpen={isOrdering} close={ordering.close} box={box} branch={branch} />
      <NewCode isOpen={isEnrolling} close={enrolling.close} box={box} branch={branch} />
      <RemoveBox isOpen={isRemoving} close={removing.close} box={box} branch={branch} />
    </Div>
  );
}

type ActionsProps = { box: Box; order: () => void; enrol: () => void; remove: () => void };

function Actions({ box, order, enrol, remove }: ActionsProps) {
  const t = useTexts();
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={t("box-actions", { name: box.name })}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconSend size={15} />} onClick={order}>
          {t("orders")}
        </Menu.Item>
        <Menu.Item leftSection={<IconKey size={15} />} onClick={enrol}>
          {box.enrolledAt === null ? t("new-code") : t("enrol-again")}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={remove}>
          {t("remove-box")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Contact({ box, timeZone }: { box: Box; timeZone: string }) {
  const t = useTexts();
  const state = findBoxState(box, useNow());
  const colours = { online: "foyer", silent: "red", waiting: "gray" } as const;
  return (
    <Group gap={8}>
      <Badge variant={state === "waiting" ? "default" : "light"} color={colours[state]} tt="none">
        {t(state)}
      </Badge>
      <Text component="span" size="xs" className="quiet">
        {box.lastContactAt === null ? (
          t("never-heard")
        ) : (
          <>
            {t("last-heard")} <Since at={box.lastContactAt} timeZone={timeZone} />
          </>
        )}
      </Text>
    </Group>
  );
}

function SettingsWord({ box, branch }: BoxProps) {
  const t = useTexts();
  const state = findSettingsState(box, branch.settingsVersion);
  if (state === "none") return null;
  const version = box.settingsVersion;
  const text =
    state === "in-force"
      ? t("settings-in-force", { version })
      : t("settings-behind", { version, newest: branch.settingsVersion });
  return (
    <Text size="xs" className="quiet figure">
      {text}
    </Text>
  );
}
