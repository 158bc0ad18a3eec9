import { Text } from "@mantine/core";
import type { Article } from "../rules.ts";
import { useTexts } from "./texts.ts";

/** Whom an article is written for. */
export function Audiences({ article }: { article: Article }) {
  const t = useTexts();
  return (
    <Text span size="xs" className="quiet" ta="right">
      {t("for", { readers: article.audience.map((each) => t(`for-${each}`)).join(", ") })}
    </Text>
  );
}
