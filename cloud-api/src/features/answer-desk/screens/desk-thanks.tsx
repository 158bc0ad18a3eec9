import { QrCode } from "../../../shell/qr-code.tsx";
import { chooseLocal } from "../rules.ts";
import type { TakenReply } from "../schema.ts";
import type { GuestLanguage } from "./desk-form.tsx";
import { type Say, sayIn } from "./texts.ts";

type ThanksProps = {
  /** What the cloud said of it; null: it has not been told yet. */
  reply: TakenReply | null;
  language: GuestLanguage;
  say: Say;
  next: () => void;
};

/** For the guest a thank-you and what they get, to show or to print; for staff what became of it. */
export function DeskThanks({ reply, language, say, next }: ThanksProps) {
  return (
    <section className="card thanks">
      <h1>{sayIn(language)("thanks")}</h1>
      <p role="status" className="staff-word">
        {say(reply ? "told" : "will-be-told")} {reply?.whose && say(wordOf(reply.whose))}
      </p>
      {reply?.coupon && <Coupon coupon={reply.coupon} language={language} say={say} />}
      <button type="button" className="main" onClick={next}>
        {say("next")}
      </button>
    </section>
  );
}

const wordOf = (whose: NonNullable<TakenReply["whose"]>) =>
  whose === "customer" ? ("whose-tied" as const) : (`whose-${whose}` as const);

type CouponProps = {
  coupon: NonNullable<TakenReply["coupon"]>;
  language: GuestLanguage;
  say: Say;
};

function Coupon({ coupon, language, say }: CouponProps) {
  const sayToGuest = sayIn(language);
  const { name, offer, code, redeemPath, validUntil } = coupon;
  const languages = [language, "vi", "en", "fa"];
  const day = new Intl.DateTimeFormat(language, { dateStyle: "long" });
  return (
    <>
      <article className="coupon" lang={language} dir={language === "fa" ? "rtl" : "ltr"}>
        <p>{sayToGuest("coupon-for-you")}</p>
        <h2>{chooseLocal(offer, languages)}</h2>
        <p>{chooseLocal(name, languages)}</p>
        <QrCode
          className="coupon-code"
          text={location.origin + redeemPath}
          label={sayToGuest("coupon-code", { code })}
        />
        <p className="code" dir="ltr">
          {code}
        </p>
        <p>
          {sayToGuest("coupon-until", { day: day.format(new Date(validUntil)) })}
          <br />
          {sayToGuest("coupon-show")}
        </p>
      </article>
      <button type="button" onClick={() => window.print()}>
        {say("print")}
      </button>
    </>
  );
}
