import type { BranchSettings } from "@foyer/contract";

/** Makes the branch one that sends by SMS and Zalo, and asks about each by itself. */
export function byChannel(settings: BranchSettings): void {
  settings.legalTexts = settings.legalTexts.filter(({ purpose }) => purpose !== "marketing");
  settings.marketingText = {
    ...{ version: 2, channels: ["sms", "zalo"] },
    label: {
      en: "Send me offers (optional), by:",
      vi: "Gửi cho tôi ưu đãi (không bắt buộc), qua:",
      fa: "پیشنهادها را برایم بفرستید (اختیاری)، از راه:",
    },
    body: {
      en: "At most four a month.",
      vi: "Nhiều nhất bốn lần một tháng.",
      fa: "هر ماه چهار بار.",
    },
  };
}
