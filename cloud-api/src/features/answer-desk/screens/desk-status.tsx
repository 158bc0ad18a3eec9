import { useLanguage } from "../../../shell/language.tsx";
import { chooseLocal } from "../rules.ts";
import type { Desk } from "./desk-state.ts";
import { dropAnswer, isOf, type KeptAnswer } from "./kept-answers.ts";
import type { KeptFile } from "./kept-files.ts";
import type { Say } from "./texts.ts";

/** Whether the cloud is there, and what of this device it does not have yet. */
export function DeskStatus({ desk, say }: { desk: Desk; say: Say }) {
  const { setup, line, kept, files, late } = desk;
  const at = { companyId: setup?.companyId ?? "", staffId: setup?.staff.id ?? "" };
  const refused = kept.filter(({ isRefused }) => isRefused);
  const waiting = kept.filter(({ isRefused }) => !isRefused);
  const own = waiting.filter((each) => isOf(each, at));
  const others = Map.groupBy(
    waiting.filter((each) => !isOf(each, at)),
    ({ staffName }) => staffName,
  );
  const isOwnFile = ({ companyId, staffId }: KeptFile) =>
    companyId === at.companyId && staffId === at.staffId;
  const filesWaiting = files.all.filter(({ fault }) => fault === null);
  const ownFiles = filesWaiting.filter(isOwnFile);
  const othersFiles = Map.groupBy(
    filesWaiting.filter((each) => !isOwnFile(each)),
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
        {own.length + ownFiles.length === 0 && say("all-told")}
        {own.length > 0 && say("waiting", { count: own.length })}
        {own.length > 0 && ownFiles.length > 0 && " · "}
        {ownFiles.length > 0 && say("files-waiting", { count: ownFiles.length })}
      </p>
      {[...others].map(([name, theirs]) => (
        <p key={name}>{say("others-waiting", { count: theirs.length, name })}</p>
      ))}
      {[...othersFiles].map(([name, theirs]) => (
        <p key={name}>{say("others-files", { count: theirs.length, name })}</p>
      ))}
      {line === "signed-out" && (
        <p className="notice">
          {say("signed-out")} <a href="/sign-in">{say("sign-in")}</a>
        </p>
      )}
      {line === "not-allowed" && <p className="notice">{say("not-allowed")}</p>}
      {earned > 0 && <p className="notice">{say("coupons-later", { count: earned })}</p>}
      {nameless > 0 && <p className="notice">{say("nameless", { count: nameless })}</p>}
      {refused.length > 0 && <Refused {...{ desk, refused, say }} />}
      <RefusedFiles {...{ desk, say }} />
    </section>
  );
}

type RefusedProps = { desk: Desk; refused: readonly KeptAnswer[]; say: Say };

function Refused({ desk: { files, look }, refused, say }: RefusedProps) {
  const drop = async () => {
    if (!window.confirm(say("drop-sure"))) return;
    const ids = new Set(refused.map(({ body }) => body.answerId));
    await files.drop(files.all.filter(({ answerId }) => ids.has(answerId)));
    for (const answerId of ids) dropAnswer(localStorage, answerId);
    look();
  };
  return (
    <p className="notice">
      {say("refused", { count: refused.length })} {say("refused-why")}{" "}
      <button type="button" className="small" onClick={() => void drop()}>
        {say("drop")}
      </button>
    </p>
  );
}

/** What the cloud may take another time: there is room again, or whoever sends it may again. */
const PASSING = ["no-room", "full", "gone"];

function RefusedFiles({ desk: { files, refresh }, say }: { desk: Desk; say: Say }) {
  const { language } = useLanguage();
  const refused = files.all.filter(({ fault }) => fault !== null);
  if (refused.length === 0) return null;
  const again = refused.filter(({ fault }) => fault && PASSING.includes(fault));
  const drop = () => {
    if (window.confirm(say("drop-files-sure"))) void files.drop(refused);
  };
  return (
    <div className="notice">
      <p>{say("files-refused", { count: refused.length })}</p>
      <ul>
        {refused.map(({ fileId, label, fault }) => (
          <li key={fileId}>
            {chooseLocal(label, [language, "vi", "en", "fa"])}:{" "}
            {say(`file-fault-${fault ?? "gone"}`)}
          </li>
        ))}
      </ul>
      {again.length > 0 && (
        <button
          type="button"
          className="small"
          onClick={() => void files.excuse(again).then(refresh)}
        >
          {say("again")}
        </button>
      )}{" "}
      <button type="button" className="small" onClick={drop}>
        {say("drop")}
      </button>
    </div>
  );
}
