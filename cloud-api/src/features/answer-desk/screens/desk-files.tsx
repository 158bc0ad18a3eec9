import "./desk-files.css";
import { chooseLocal, listAccepted } from "../rules.ts";
import type { ChooseFault, FileQuestion } from "./choose-file.ts";
import type { KeptFault } from "./kept-files.ts";
import type { Say } from "./texts.ts";

/** A file as it is shown beside its question; `chosen`: nothing was saved of it yet. */
export type ShownFile = {
  fileId: string;
  thumbnail: string | null;
  state: "chosen" | "waiting" | "sent" | KeptFault;
};

type FilesProps = {
  question: FileQuestion;
  files: readonly ShownFile[];
  /** Why what was chosen last is not taken. */
  fault: ChooseFault | null;
  /** What was chosen is being read. */
  isReading: boolean;
  languages: readonly string[];
  language: string;
  say: Say;
  choose: (files: readonly File[]) => void;
  remove: (fileId: string) => void;
};

const isFine = (state: ShownFile["state"]): state is "chosen" | "waiting" | "sent" =>
  state === "chosen" || state === "waiting" || state === "sent";

/** What stands in the way of another one. */
export const countTaken = (files: readonly ShownFile[]): number =>
  files.filter(({ state }) => isFine(state)).length;

/** A question that is answered with pictures or other files, and what became of each. */
export function DeskFiles({ question, files, fault, say, ...props }: FilesProps) {
  const { languages, language, isReading, choose, remove } = props;
  const { id, label, takesPdf, filesMax, megabytesMax } = question;
  const field = `question-${id}`;
  const number = new Intl.NumberFormat(language);
  const size = saySize(megabytesMax, language);
  const room = filesMax - countTaken(files);
  const words = chooseLocal(label, languages);
  return (
    <fieldset id={field} className="question" aria-describedby={`${field}-limits`}>
      <legend>
        {words} <small>({say("optional")})</small>
      </legend>
      <p className="limits" id={`${field}-limits`}>
        {say(takesPdf ? "file-limits-pdf" : "file-limits", {
          ...{ files: number.format(filesMax), size },
        })}
      </p>
      {files.length > 0 && (
        <ul className="files">
          {files.map((file, index) => (
            <FileLine
              key={file.fileId}
              {...{ file, say }}
              name={say("file-name", { number: number.format(index + 1) })}
              remove={() => remove(file.fileId)}
            />
          ))}
        </ul>
      )}
      {room > 0 ? (
        <label className="pick">
          <input
            type="file"
            accept={listAccepted(question)}
            multiple={room > 1}
            disabled={isReading}
            aria-label={`${say("file-choose")}: ${words}`}
            onChange={(event) => {
              const { files: chosen } = event.currentTarget;
              if (chosen) choose([...chosen]);
              // The same file can be chosen again after it was removed.
              event.currentTarget.value = "";
            }}
          />
          <span className="face">{say("file-choose")}</span>
        </label>
      ) : (
        <p className="limits">{say("file-full")}</p>
      )}
      {fault && (
        <p className="fault" role="alert">
          {say(`file-fault-${fault}`)}
        </p>
      )}
    </fieldset>
  );
}

type LineProps = { file: ShownFile; name: string; say: Say; remove: () => void };

function FileLine({ file: { thumbnail, state }, name, say, remove }: LineProps) {
  return (
    <li className={isFine(state) ? undefined : "is-refused"}>
      {thumbnail ? <img src={thumbnail} alt="" /> : <span className="paper" aria-hidden="true" />}
      <span className="file-state">
        <strong>{name}</strong>
        {state !== "chosen" && (
          <span className="said" role={isFine(state) ? "status" : "alert"}>
            {say(isFine(state) ? `file-${state}` : `file-fault-${state}`)}
          </span>
        )}
      </span>
      {state !== "sent" && state !== "waiting" && (
        <button
          type="button"
          className="small"
          aria-label={`${say("file-remove")}: ${name}`}
          onClick={remove}
        >
          {say("file-remove")}
        </button>
      )}
    </li>
  );
}

const saySize = (megabytes: number, language: string): string =>
  new Intl.NumberFormat(language, {
    ...{ style: "unit", unit: "megabyte", unitDisplay: "short" },
  }).format(megabytes);
