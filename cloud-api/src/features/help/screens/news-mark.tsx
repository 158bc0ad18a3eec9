import { Badge } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useFormat } from "../../../shell/use-format.ts";
import type { ChangeNewsReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

/** How many changes somebody has not seen; nothing where there is none. */
export function NewsMark() {
  const t = useTexts();
  const format = useFormat();
  const { data } = useQuery({
    queryKey: ["change-news"],
    queryFn: ({ signal }) => api.get<ChangeNewsReply>("/me/change-news", signal),
  });
  if (!data || data.count === 0) return null;
  return (
    <Badge size="sm" variant="light" aria-label={t("news", { count: data.count })}>
      {format.count(data.count)}
    </Badge>
  );
}
