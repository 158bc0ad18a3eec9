import { Alert, Text } from "@mantine/core";
import { Since } from "../../../shell/moment.tsx";
import type { Box } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** What somebody has to see to: events of the box that never came, and a second box by its name. */
export function BoxAlarms({ box, timeZone }: { box: Box; timeZone: string }) {
  const t = useTexts();
  const { missingEvents: count, missingSince } = box;
  return (
    <>
      {missingSince !== null && (
        <Alert color="red" variant="light" mt="xs" py="xs" title={t("events-missing", { count })}>
          <Text size="xs">
            {t("events-missing-hint")} <Since at={missingSince} timeZone={timeZone} />
          </Text>
        </Alert>
      )}
      {box.hasTwin && (
        <Alert color="red" variant="light" mt="xs" py="xs" title={t("box-twin")}>
          <Text size="xs">{t("box-twin-hint")}</Text>
        </Alert>
      )}
    </>
  );
}
