import { Button, SimpleGrid, Text, ThemeIcon } from "@mantine/core";
import { IconListCheck } from "@tabler/icons-react";
import { Link } from "wouter";
import { Page } from "../../../shell/page.tsx";
import { REPORTS } from "./report-names.ts";
import { useTexts } from "./texts.ts";
import "./reports.css";

/** What can be asked of the visits, each with the question it answers. */
export function ReportList() {
  const t = useTexts();
  return (
    <div className="report-page">
      <Page
        title={t("reports")}
        summary={t("reports-summary")}
        actions={
          <Button
            component={Link}
            href="/reports/checks"
            variant="default"
            leftSection={<IconListCheck size={16} aria-hidden />}
          >
            {t("checks")}
          </Button>
        }
      >
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
          {REPORTS.map(({ name, icon: Icon }) => (
            <Link key={name} href={`/reports/${name}`} className="surface tile report-card">
              <ThemeIcon variant="light" size={38} radius="md">
                <Icon size={20} stroke={1.7} />
              </ThemeIcon>
              <div>
                <Text fw={650}>{t(`report-${name}`)}</Text>
                <Text size="sm" className="quiet">
                  {t(`about-${name}`)}
                </Text>
              </div>
            </Link>
          ))}
        </SimpleGrid>
      </Page>
    </div>
  );
}
