import { Box, Group, Progress, Text } from "@mantine/core";
import { useFormat } from "../../../shell/use-format.ts";
import type { PageReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

const NEARLY = 0.85;

/** What a guest's phone loads of the page, against what it may. */
export function WeightBar({ weight }: { weight: PageReply["weight"] }) {
  const t = useTexts();
  const format = useFormat();
  const share = weight.pictureBytes / weight.pictureBytesMax;
  const colour = share > 1 ? "red" : share > NEARLY ? "yellow" : "foyer";
  const said = t("weight", {
    bytes: format.bytes(weight.pictureBytes),
    most: format.bytes(weight.pictureBytesMax),
  });
  return (
    <Box className="page-weight">
      <Text size="xs" className="quiet figure" mb={4}>
        {t("weight-usual", { bytes: format.bytes(weight.pictureBytesUsual) })}
      </Text>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="xs" className="quiet figure">
          {said}
        </Text>
        <Text size="xs" className="quiet figure">
          {t("weight-words", { bytes: format.bytes(weight.htmlBytes) })}
        </Text>
      </Group>
      <Progress value={Math.min(100, share * 100)} color={colour} size="sm" aria-label={said} />
      {share > 1 && (
        <Text size="xs" c="red" role="alert" mt={4}>
          {t("weight-over")}
        </Text>
      )}
    </Box>
  );
}
