import { Text } from "@mantine/core";
import { useZoneOf } from "../../../shell/branches.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Section } from "../../../shell/page.tsx";
import { chooseWords } from "../rules.ts";
import type { SurveyReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

/** Every wording there was, who wrote it when, and how many answered it. */
export function VersionList({ survey }: { survey: SurveyReply }) {
  const t = useTexts();
  const { language } = useLanguage();
  const zone = useZoneOf()(null);
  if (survey.versions.length === 0) return null;
  return (
    <Section title={t("versions")} hint={t("versions-hint")}>
      {survey.versions.map(({ version, wording, madeAt, madeBy, answers }) => (
        <details key={version} className="field-line" style={{ padding: "8px 0" }}>
          <summary>
            <Text component="span" size="sm" fw={600}>
              {t("version-number", { number: version })}
            </Text>{" "}
            <Text component="span" size="sm" className="quiet">
              {t("answers-counted", { count: answers })} · {madeBy} ·{" "}
              <Moment at={madeAt} timeZone={zone} />
            </Text>
          </summary>
          <ol>
            {[...wording.questions, ...(wording.files ?? [])].map(({ id, label }) => (
              <li key={id}>
                <Text size="sm" className="any-length">
                  {chooseWords(label, language)}
                </Text>
              </li>
            ))}
          </ol>
        </details>
      ))}
    </Section>
  );
}
