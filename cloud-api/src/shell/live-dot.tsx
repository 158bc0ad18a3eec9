import { Group, Text, Tooltip } from "@mantine/core";
import { useShellTexts } from "./language.tsx";
import { useLive } from "./live.tsx";

/** Says quietly whether the figures follow what happens. */
export function LiveDot() {
  const t = useShellTexts();
  const state = useLive();
  const hint = state === "polling" ? t("polling-hint") : t("live-hint");
  return (
    <Tooltip label={hint} multiline maw={260} withArrow>
      <Group gap={7} wrap="nowrap" flex="none" role="status" style={{ cursor: "default" }}>
        <span className="live-dot" data-state={state} />
        <Text component="span" size="sm" className="quiet">
          {t(state)}
        </Text>
      </Group>
    </Tooltip>
  );
}
