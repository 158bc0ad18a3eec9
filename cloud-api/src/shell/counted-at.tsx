import { Text } from "@mantine/core";
import { useShellTexts } from "./language.tsx";
import { useFormat } from "./use-format.ts";

type CountedAtProps = {
  /** Milliseconds since 1970 at which they were fetched, counted just then; 0: not yet. */
  at: number;
  zone?: string | undefined;
};

/** Below numbers that are counted when they are asked for: of when they are. */
export function CountedAt(props: CountedAtProps) {
  const words = useCountedAt(props);
  if (words === null) return null;
  return (
    <Text size="xs" className="quiet" mt="xs">
      {words}
    </Text>
  );
}

/** The same where it stands already below a chart. */
export function useCountedAt({ at, zone }: CountedAtProps): string | null {
  const t = useShellTexts();
  const format = useFormat();
  return at === 0
    ? null
    : t("counted-at", { time: format.clock(new Date(at).toISOString(), zone) });
}
