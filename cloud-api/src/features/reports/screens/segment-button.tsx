import { Button } from "@mantine/core";
import { IconUsersPlus } from "@tabler/icons-react";
import { Link } from "wouter";
import { useDayStarts } from "../../../shell/day-starts.ts";
import { useMarkNames } from "../../../shell/marks.ts";
import { useSession } from "../../../shell/session.tsx";
import { segmentOf } from "../rules.ts";
import { useTexts } from "./texts.ts";

/** The way to a segment of those whom a list is of; nothing where no segment is of the same people. */
export function SegmentButton({ list }: { list: Readonly<Record<string, string>> }) {
  const t = useTexts();
  const { everywhere } = useSession();
  const { data } = useDayStarts();
  const marks = useMarkNames({ isAsked: list.tagId !== undefined });
  const segment = data && segmentOf(list, { dayStarts: data.branches, marks, seesAll: everywhere });
  if (!segment) return null;
  return (
    <Button
      component={Link}
      href={segment}
      variant="default"
      leftSection={<IconUsersPlus size={16} stroke={1.7} />}
    >
      {t("segment-of-these")}
    </Button>
  );
}
