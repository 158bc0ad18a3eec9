import { useFormat } from "../../../shell/use-format.ts";
import type { Trouble } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** What is wrong in a few words, and what to do about it. */
export type TroubleWords = { title: string; advice: string };

const URGENT: ReadonlySet<Trouble["kind"]> = new Set(["silent", "outbox-full", "store-fails"]);

/** Red is kept for what guests or visits may suffer by today. */
export const colourOf = ({ kind }: Trouble): string => (URGENT.has(kind) ? "red" : "orange");

export function useTroubleWords(): (trouble: Trouble) => TroubleWords {
  const t = useTexts();
  const format = useFormat();
  return (trouble) => {
    switch (trouble.kind) {
      case "silent": {
        const time = format.duration(trouble.openMinutes * 60);
        return { title: t("silent", { time }), advice: t("silent-advice") };
      }
      case "outbox-full":
        return { title: t("outbox-full"), advice: t("outbox-full-advice") };
      case "outbox-filling": {
        const time = format.duration(trouble.days * 86_400);
        return { title: t("outbox-filling", { time }), advice: t("outbox-filling-advice") };
      }
      case "backlog": {
        const time = format.duration(trouble.minutes * 60);
        return { title: t("backlog", { time }), advice: t("backlog-advice") };
      }
      case "disk-low": {
        const bytes = format.bytes(trouble.freeBytes);
        return { title: t("disk-low", { bytes }), advice: t("disk-low-advice") };
      }
      case "clock-off": {
        const time = format.duration(Math.abs(trouble.seconds));
        const title = t(trouble.seconds > 0 ? "clock-ahead" : "clock-behind", { time });
        return { title, advice: t("clock-advice") };
      }
      case "settings-refused":
        return { title: t("settings-refused"), advice: t("settings-refused-advice") };
      case "store-fails":
        return { title: t("store-fails"), advice: t("store-fails-advice") };
    }
  };
}
