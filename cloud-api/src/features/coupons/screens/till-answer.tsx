import { Button, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconCircleCheck, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useLanguage } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { chooseWords, lastMomentBefore } from "../rules.ts";
import type { TillReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

type TillAnswerProps = {
  answer: TillReply;
  /** Of the branch that the till stands at: days end by its clock. */
  timeZone: string;
  isRedeeming: boolean;
  redeem: () => void;
  next: () => void;
};

const ICONS = {
  valid: IconCheck,
  redeemed: IconCircleCheck,
  used: IconX,
  expired: IconX,
  "other-branch": IconAlertTriangle,
  unknown: IconX,
} as const;

/** Read at arm's length, with a guest waiting: what it is, and the one thing to do. */
export function TillAnswer({ answer, timeZone, isRedeeming, redeem, next }: TillAnswerProps) {
  const t = useTexts();
  const Icon = ICONS[answer.state];
  return (
    <section className="till-answer" data-state={answer.state} aria-live="assertive">
      <Title order={2} className="till-verdict">
        <Icon size={30} stroke={2.5} aria-hidden /> {t(`till-${answer.state}`)}
      </Title>
      <Words answer={answer} />
      <Text size="md">
        <Reason {...{ answer, timeZone }} />
      </Text>
      {answer.state === "valid" ? (
        <>
          <Button size="xl" fullWidth onClick={redeem} loading={isRedeeming}>
            {t("redeem")}
          </Button>
          <Button size="md" fullWidth variant="subtle" onClick={next} disabled={isRedeeming}>
            {t("not-now")}
          </Button>
        </>
      ) : (
        <Button size="lg" fullWidth variant="default" onClick={next}>
          {t("next-coupon")}
        </Button>
      )}
    </section>
  );
}

function Words({ answer }: { answer: TillReply }) {
  const { language } = useLanguage();
  if (answer.state === "unknown") return null;
  const terms = answer.terms && chooseWords(answer.terms, language);
  return (
    <div>
      <Text className="till-offer">{chooseWords(answer.offer, language)}</Text>
      <Text className="quiet">{chooseWords(answer.name, language)}</Text>
      {terms && <Text mt={4}>{terms}</Text>}
    </div>
  );
}

/** Why it is so, with when and where. */
function Reason({ answer, timeZone }: Pick<TillAnswerProps, "answer" | "timeZone">): ReactNode {
  const t = useTexts();
  switch (answer.state) {
    case "unknown":
      return t("till-unknown-hint");
    case "valid":
      return answer.validUntil === null ? (
        t("till-not-told")
      ) : (
        <>
          {t("until")} <Moment at={lastMomentBefore(answer.validUntil)} timeZone={timeZone} />
        </>
      );
    case "redeemed":
      return t("till-redeemed-hint");
    case "used":
      return (
        <>
          <Moment at={answer.at} timeZone={timeZone} />
          {answer.branchName !== null && ` · ${answer.branchName}`}
        </>
      );
    case "expired":
      return (
        <>
          {t("till-ended")} <Moment at={lastMomentBefore(answer.at)} timeZone={timeZone} />
        </>
      );
    case "other-branch":
      return `${t("till-taken-at")} ${answer.branchNames.join(", ")}`;
    default:
      return assertNever(answer);
  }
}

function assertNever(answer: never): never {
  throw new Error(`unknown answer ${JSON.stringify(answer)}`);
}
