import { Text } from "@mantine/core";
import { useShellTexts } from "./language.tsx";
import { useFormat } from "./use-format.ts";

type CountedAtProps = {
  /** Milliseconds since 1970 at which they were fetched, counted just then; 0: not yet. */
  at: number;
  zone?: string | undefined;
};

/** Below numbers that are counted when they are asked for: of when they are. */
export function CountedAt({ at, zone }: CountedAtProps) {
  const t = useShellTexts();
  const format = useFormat();
  if (at === 0) return null;
  return (
    <Text size="xs" className="quiet" mt="xs">
      {t("counted-at", { time: format.clock(new Date(at).toISOString(), zone) })}
    </Text>
  );
}
