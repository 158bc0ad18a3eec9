import type { Desk } from "./desk-state.ts";
import { dropAnswer, isOf, type KeptAnswer } from "./kept-answers.ts";
import type { Say } from "./texts.ts";

/** Whether the cloud is there, and what of this device it does not have yet. */
export function DeskStatus({ desk, say }: { desk: Desk; say: Say }) {
  const { setup, line, kept, late, look } = desk;
  const at = { companyId: setup?.companyId ?? "", staffId: setup?.staff.id ?? "" };
  const refused = kept.filter(({ isRefused }) => isRefused);
  const waiting = kept.filter(({ isRefused }) => !isRefused);
  const own = waiting.filter((each) => isOf(each, at));
  const others = Map.groupBy(
    waiting.filter((each) => !isOf(each, at)),
    ({ staffName }) => staffName,
  );
  const nameless = late.filter(({ whose }) => whose !== null && whose !== "customer").length;
  const earned = late.filter(({ coupon }) => coupon !== null).length;
  const isOnline = line !== "unreachable";
  return (
    <section className="status" aria-label={say("title")}>
      <p role="status">
        <span className={isOnline ? "dot is-on" : "dot"} aria-hidden="true" />
        {say(isOnline ? "online" : "offline")}
        {" · "}
        {own.length > 0 ? say("waiting", { count: own.length }) : say("all-told")}
      </p>
      {[...others].map(([name, theirs]) => (
        <p key={name}>{say("others-waiting", { count: theirs.length, name })}</p>
      ))}
      {line === "signed-out" && (
        <p className="notice">
          {say("signed-out")} <a href="/sign-in">{say("sign-in")}</a>
        </p>
      )}
      {line === "not-allowed" && <p className="notice">{say("not-allowed")}</p>}
      {earned > 0 && <p className="notice">{say("coupons-later", { count: earned })}</p>}
      {nameless > 0 && <p className="notice">{say("nameless", { count: nameless })}</p>}
      {refused.length > 0 && <Refused refused={refused} say={say} look={look} />}
    </section>
  );
}

type RefusedProps = { refused: readonly KeptAnswer[]; say: Say; look: () => void };

function Refused({ refused, say, look }: RefusedProps) {
  const drop = () => {
    if (!window.confirm(say("drop-sure"))) return;
    for (const { body } of refused) dropAnswer(localStorage, body.answerId);
    look();
  };
  return (
    <p className="notice">
      {say("refused", { count: refused.length })} {say("refused-why")}{" "}
      <button type="button" className="small" onClick={drop}>
        {say("drop")}
      </button>
    </p>
  );
}
