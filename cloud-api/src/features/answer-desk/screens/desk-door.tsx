import { Button, Group, Stack, Text } from "@mantine/core";
import { IconDeviceTablet } from "@tabler/icons-react";
import { Page, Section } from "../../../shell/page.tsx";
import { QrCode } from "../../../shell/qr-code.tsx";
import { useTexts } from "./texts.ts";
import "./desk-door.css";

const PATH = "/answer-desk.html";

/** The way from the staff app to the desk: on this device, or on the tablet at the counter. */
export function DeskDoor() {
  const t = useTexts();
  return (
    <Page title={t("title")} summary={t("title-long")}>
      <Section title={t("app-name")}>
        <Group align="flex-start" gap="xl">
          <Stack maw={520} flex="1 1 280px">
            <Text>{t("door-text")}</Text>
            <div>
              <Button component="a" href={PATH} leftSection={<IconDeviceTablet size={18} />}>
                {t("open-here")}
              </Button>
            </div>
          </Stack>
          <Stack gap="xs" align="center" w={180}>
            <QrCode className="desk-code" text={location.origin + PATH} label={t("open-there")} />
            <Text size="sm" className="quiet" ta="center">
              {t("open-there")}
            </Text>
          </Stack>
        </Group>
      </Section>
    </Page>
  );
}
