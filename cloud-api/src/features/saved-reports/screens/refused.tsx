import { Box, Button } from "@mantine/core";
import { Link } from "wouter";
import { ApiError } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Empty } from "../../../shell/page.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { type Asked, addressOfPage } from "./asked.ts";
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

/** `saved`: the one that is refused, where there is one. */
type RefusedProps = { error: Error; retry: () => void; saved?: Asked };

/** In place of numbers that are refused: why, and the way to those of fewer days, where these can be told. */
export function Refused({ error, retry, saved }: RefusedProps) {
  const t = useTexts();
  const format = useFormat();
  const sentence = useRefusalWords()(error);
  if (!sentence) return <Failure error={error} retry={retry} />;
  const { from, to } = (error instanceof ApiError && error.instead) || {};
  return (
    <Box className="surface" role="alert">
      <Empty
        title={t("refused")}
        hint={sentence}
        action={
          saved &&
          from &&
          to && (
            <Button
              component={Link}
              href={addressOfPage({ ...saved, period: null, days: { from, to } })}
            >
              {t("show-days", { days: format.dayRange({ from, to }) })}
            </Button>
          )
        }
      />
    </Box>
  );
}
