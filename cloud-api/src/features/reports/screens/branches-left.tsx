import { Button, Group, Text } from "@mantine/core";
import { useFormat } from "../../../shell/use-format.ts";
import { useTexts } from "./texts.ts";

type BranchesLeftProps = {
  all: number;
  shown: number;
  /** What those that are left come to. */
  come?: string;
  isWhole: boolean;
  setWhole: (isWhole: boolean) => void;
};

/** Below the first branches of many: how many are left, and the way to all of them and back. */
export function BranchesLeft({ all, shown, come, isWhole, setWhole }: BranchesLeftProps) {
  const t = useTexts();
  const format = useFormat();
  if (all <= shown) return null;
  const left = [t("more-branches", { count: all - shown }), ...(come ? [come] : [])].join(" · ");
  return (
    <Group className="branches-left" justify="space-between" gap="xs">
      <Text size="sm" className="quiet">
        {isWhole ? "" : left}
      </Text>
      <Button variant="default" size="compact-md" onClick={() => setWhole(!isWhole)}>
        {isWhole ? t("show-fewer") : t("show-all", { count: format.count(all) })}
      </Button>
    </Group>
  );
}
