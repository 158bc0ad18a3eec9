import { Box } from "@mantine/core";
import { ApiError } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Empty } from "../../../shell/page.tsx";
import { type TextKey, useTexts } from "./texts.ts";

/** Refusals that have a sentence of their own, by the field that the API names. */
const BY_FIELD: Readonly<Record<string, TextKey>> = {
  "/branchIds": "refused-branches",
  "/shared": "refused-sharing",
  "/against": "refused-against",
  "/readerIds": "refused-readers",
  "/field": "refused-field",
  "/from": "refused-days",
  "/report": "refused-report",
  "/segmentId": "refused-narrowing",
  "/tagId": "refused-narrowing",
};

/** Why a kept report was refused, in words of its own; undefined where it is a refusal like others. */
export function useRefusalWords(): (error: unknown) => string | undefined {
  const t = useTexts();
  return (error) => {
    if (!(error instanceof ApiError)) return undefined;
    const key = BY_FIELD[error.field ?? ""];
    if (key) return t(key);
    if (error.code === "not-found") return t("refused-missing");
    return error.code === "conflict" && error.field === null ? t("refused-many") : undefined;
  };
}

/** In place of numbers that are refused: why, and what can be done. */
export function Refused({ error, retry }: { error: Error; retry: () => void }) {
  const t = useTexts();
  const sentence = useRefusalWords()(error);
  if (!sentence) return <Failure error={error} retry={retry} />;
  return (
    <Box className="surface" role="alert">
      <Empty title={t("refused")} hint={sentence} />
    </Box>
  );
}
