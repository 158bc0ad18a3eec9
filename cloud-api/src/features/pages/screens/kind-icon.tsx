import {
  IconAlignLeft,
  IconBrandInstagram,
  IconClick,
  IconClockHour4,
  IconHeading,
  IconHelpHexagon,
  IconMessage2Question,
  IconPhoto,
  IconPlayerPlay,
  IconSlideshow,
  IconSparkles,
  IconTicket,
} from "@tabler/icons-react";
import type { KindName } from "./block-kinds.ts";

const ICONS = {
  welcome: IconSparkles,
  heading: IconHeading,
  text: IconAlignLeft,
  image: IconPhoto,
  pictures: IconSlideshow,
  countdown: IconClockHour4,
  survey: IconMessage2Question,
  coupon: IconTicket,
  button: IconClick,
  social: IconBrandInstagram,
  video: IconPlayerPlay,
} satisfies Record<KindName, typeof IconPhoto>;

/** Null: a kind that this app does not know yet. */
export function IconOfKind({ kind }: { kind: KindName | null }) {
  const Icon = kind ? ICONS[kind] : IconHelpHexagon;
  return (
    <span className="page-kind" aria-hidden>
      <Icon size={17} stroke={1.6} />
    </span>
  );
}
