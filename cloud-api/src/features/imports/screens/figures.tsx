import { Box, Button, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useLanguage } from "../../../shell/language.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { Import } from "./replies.ts";
import { useTexts } from "./texts.ts";

const FIGURES = ["new", "changed", "same", "bad"] as const;
export type Counted = Record<(typeof FIGURES)[number], number>;

/** How many rows make somebody, fill somebody in, say nothing new, or cannot be taken. */
export function Figures({ counted }: { counted: Counted }) {
  const t = useTexts();
  const format = useFormat();
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
      {FIGURES.map((figure) => (
        <Box key={figure}>
          <Text size="sm" className="quiet">
            {t(figure)}
          </Text>
          <div className="tile-figure">{format.count(counted[figure])}</div>
        </Box>
      ))}
    </SimpleGrid>
  );
}

/** Why rows cannot be taken, and the file of them. */
export function BadRows({ file }: { file: Import }) {
  const t = useTexts();
  const format = useFormat();
  const { language } = useLanguage();
  if (file.reasons.length === 0) return null;
  const nameOf = (field: string | null) => {
    const label = file.ownFields.find(({ key }) => key === field)?.label;
    return label?.[language] ?? Object.values(label ?? {})[0] ?? field ?? "";
  };
  return (
    <Stack gap="xs" align="flex-start">
      <Stack gap={2} w="100%" maw={520}>
        {file.reasons.map(({ reason, field, rows }) => (
          <Group
            key={`${reason} ${field}`}
            justify="space-between"
            wrap="nowrap"
            gap="sm"
            align="baseline"
          >
            <Text size="sm">{t(`reason-${reason}`, { field: nameOf(field) })}</Text>
            <Text size="sm" className="figure" fw={600}>
              {format.count(rows)}
            </Text>
          </Group>
        ))}
      </Stack>
      <Button
        component="a"
        href={`/api/v1/imports/${file.id}/bad-rows.${file.isWorkbook ? "xlsx" : "csv"}?language=${language}`}
        download
        variant="default"
        leftSection={<IconDownload size={16} />}
      >
        {t("mend")}
      </Button>
      <Text size="xs" className="quiet">
        {t("mend-hint")}
      </Text>
    </Stack>
  );
}
