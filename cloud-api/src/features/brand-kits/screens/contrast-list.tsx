import { Text } from "@mantine/core";
import { IconCheck, IconContrast2 } from "@tabler/icons-react";
import { useLanguage } from "../../../shell/language.tsx";
import { LOCALE } from "../../../shell/translate.ts";
import type { Contrast } from "../schema.ts";
import { gradeOf, roundDown } from "./contrast-grades.ts";
import { useTexts } from "./texts.ts";

/** How well each pair of colours is read, in words: as it was chosen, and as guests see it. */
export function ContrastList({ contrast }: { contrast: readonly Contrast[] }) {
  const t = useTexts();
  return (
    <ul className="kit-contrast" aria-label={t("contrast")}>
      {contrast.map((each) => (
        <Pair key={each.what} pair={each} />
      ))}
    </ul>
  );
}

function Pair({ pair }: { pair: Contrast }) {
  const t = useTexts();
  const { language } = useLanguage();
  const say = (ratio: number) =>
    t("ratio", {
      ratio: roundDown(ratio).toLocaleString(LOCALE[language], { minimumFractionDigits: 1 }),
    });
  const isMoved = gradeOf(pair.askedRatio) === "poor" || gradeOf(pair.askedRatio) === "large";
  return (
    <li data-moved={isMoved}>
      <span className="kit-pair" style={{ color: pair.letters, backgroundColor: pair.ground }}>
        {t("pair-sample")}
      </span>
      <span>
        <Text size="sm" component="span" fw={600}>
          {t(`pair-${pair.what}`)}
        </Text>
        <Text size="sm" component="span" className="quiet">
          {" "}
          {isMoved
            ? t(`moved-${pair.what}`, { asked: say(pair.askedRatio), ratio: say(pair.ratio) })
            : t(`grade-${gradeOf(pair.ratio)}`, { ratio: say(pair.ratio) })}
        </Text>
      </span>
      {isMoved ? (
        <IconContrast2 size={18} aria-hidden className="kit-pair-moved" />
      ) : (
        <IconCheck size={18} aria-hidden className="kit-pair-good" />
      )}
    </li>
  );
}
