import { Button } from "@mantine/core";
import { IconAdjustments } from "@tabler/icons-react";
import { Link } from "wouter";
import { Page } from "../../../shell/page.tsx";
import { Results } from "./results.tsx";
import { SaveResults } from "./save-results.tsx";
import { useTexts } from "./texts.ts";

/** How content guests are, whichever survey they answered. */
export function SatisfactionPage() {
  const t = useTexts();
  return (
    <Page
      title={t("satisfaction")}
      summary={t("satisfaction-summary")}
      actions={
        <>
          <SaveResults surveyId={null} />
          <Button
            component={Link}
            href="/satisfaction/rules"
            variant="default"
            leftSection={<IconAdjustments size={16} />}
          >
            {t("rules")}
          </Button>
        </>
      }
    >
      <Results surveyId={null} />
    </Page>
  );
}
