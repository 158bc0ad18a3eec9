import { Skeleton, Text } from "@mantine/core";
import { type ReactNode, useRef } from "react";
import { useShellTexts } from "./language.tsx";
import { Empty, Section } from "./page.tsx";
import { PictureButton, savePicture } from "./picture-button.tsx";
import { type Share, ShareBars, type SharesBefore } from "./share-bars.tsx";
import { useFormat } from "./use-format.ts";

/** Of three parts and their sum. */
const HEIGHT = 240;

type ShareFigureProps = {
  title: string;
  /** What is counted. */
  unit: string;
  /** When the numbers were counted, and whether something waits to be. */
  source: ReactNode;
  nameHeader: string;
  countHeader: string;
  /** Undefined while they are fetched. */
  shares: readonly Share[] | undefined;
  /** All of them together, and what that opens. */
  total: number;
  totalHref?: string | undefined;
  before?: SharesBefore | undefined;
  /** What stands there is of the question before. */
  isStale?: boolean;
  /** What is said where there is none of them. */
  empty?: string;
};

/** The parts of a whole with their title, unit and source, which leave as a picture as charts do. */
export function ShareFigure(props: ShareFigureProps) {
  const { title, unit, source, shares, isStale = false, empty, ...bars } = props;
  const t = useShellTexts();
  const format = useFormat();
  const said = useRef<HTMLParagraphElement>(null);
  const isEmpty = shares?.length === 0;
  const take = async () => {
    const { pictureShares } = await import("./share-picture.ts");
    const words = { title, unit, source: said.current?.textContent ?? "", all: t("chart-total") };
    const say = { count: format.count, share: format.share };
    savePicture(pictureShares({ ...words, say, shares: shares ?? [], total: bars.total }), title);
  };
  return (
    <Section
      title={title}
      hint={unit}
      actions={shares && !isEmpty && !isStale && <PictureButton take={take} />}
    >
      <div style={{ opacity: isStale ? 0.55 : 1 }} aria-busy={!shares || isStale || undefined}>
        {!shares && <Skeleton height={HEIGHT} radius="md" />}
        {isEmpty && <Empty title={empty ?? t("chart-empty")} />}
        {shares && !isEmpty && <ShareBars caption={title} shares={shares} {...bars} />}
      </div>
      <Text size="xs" className="quiet" mt="xs" ref={said}>
        {source}
      </Text>
    </Section>
  );
}
